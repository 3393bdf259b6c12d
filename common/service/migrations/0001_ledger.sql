-- SPDX-License-Identifier: Apache-2.0
-- Sealed tables: where they end, and the seals. docs/core.md says what the hashes cover.

-- Where the event stream and the command log of a district end; one row, so that a commit moves both in one step.
-- at: the latest business time a row was written with; business time never goes back behind it.
create table head (
    district text primary key,
    stream_seq bigint not null default 0 check (stream_seq >= 0),
    stream_hash bytea not null check (octet_length(stream_hash) = 32),
    log_seq bigint not null default 0 check (log_seq >= 0),
    log_hash bytea not null check (octet_length(log_hash) = 32),
    at timestamptz
) with (fillfactor = 10);

-- Where a ledger of the service's own ends.
create table ledger_head (
    district text not null,
    ledger text not null,
    seq bigint not null default 0 check (seq >= 0),
    hash bytea not null check (octet_length(hash) = 32),
    primary key (district, ledger)
) with (fillfactor = 50);

-- One row for each transaction that appended to a ledger. The previous seal is the one whose last is first - 1.
create table seal (
    district text not null,
    ledger text not null,
    first bigint not null,
    last bigint not null,
    algorithm text not null,
    root bytea not null check (octet_length(root) = 32),
    hash bytea not null check (octet_length(hash) = 32),
    primary key (district, ledger, last),
    check (0 < first and first <= last)
);

-- The districts a ledger has rows of, by its key (district, seq): one index probe per district.
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

-- An instant in UTC with six digits, for people and for comparisons as text. Never session dependent.
create function iso(at timestamptz) returns text
    language sql immutable strict parallel safe
    return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || 'Z';
