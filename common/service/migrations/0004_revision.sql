-- SPDX-License-Identifier: Apache-2.0
-- How often a thing changed, last when and by whom: what somebody looked at is known by the number.
-- additive

create table revision (
    district text not null,
    thing text not null, -- as proto/api/changes.def calls it
    thing_id text not null,
    rev bigint not null,
    at timestamptz not null,
    account text, -- null: a timer or the system
    primary key (district, thing, thing_id)
);
