-- SPDX-License-Identifier: Apache-2.0
-- The heads of the hash-chained tables of a schema, and what canonical text needs.

create table chain_head (
    district text not null,
    chain text not null,
    position bigint not null check (position >= 0),
    hash bytea not null check (octet_length(hash) = 32),
    primary key (district, chain)
);

-- An instant in UTC with six digits: the text that is hashed and sent. Never session dependent.
create function iso(at timestamptz) returns text
    language sql immutable strict parallel safe
    return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || 'Z';

-- The districts a ledger has rows of, by its primary key (district, seq): one index probe per district.
-- With it verification finds rows whose head was removed.
create function ledger_districts(ledger text) returns setof text
    language plpgsql stable strict
as $$
begin
    return query execute format(
        'with recursive d(district) as (
             (select district from %1$I order by district limit 1)
             union all
             select (select t.district from %1$I t where t.district > d.district order by t.district limit 1)
               from d where d.district is not null)
         select district from d where district is not null', ledger);
end
$$;
