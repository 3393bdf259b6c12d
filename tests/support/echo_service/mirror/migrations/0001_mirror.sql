-- SPDX-License-Identifier: Apache-2.0
create table heard (district text, n bigint, key text not null, text text not null, primary key (district, n));
create table cure (district text, key text, primary key (district, key));
