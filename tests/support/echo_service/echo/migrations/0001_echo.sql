-- SPDX-License-Identifier: Apache-2.0
create table item (district text, key text, text text not null, writes bigint not null, primary key (district, key));
create table reminded (district text, n bigint generated always as identity, key text not null, primary key (district, n));
-- what the job count did, by whom (its turn); it stands still before a step that is held
create table counted (district text, n bigint generated always as identity, step bigint not null, pid bigint not null, primary key (district, n));
create table held (district text, step bigint, primary key (district, step));
create table cure (district text, key text, primary key (district, key));
