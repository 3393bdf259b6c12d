-- SPDX-License-Identifier: Apache-2.0
create table item (district text, key text, text text not null, writes bigint not null, primary key (district, key));
create table reminded (district text, n bigint generated always as identity, key text not null, primary key (district, n));
create table cure (district text, key text, primary key (district, key));
