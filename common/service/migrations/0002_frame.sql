-- SPDX-License-Identifier: Apache-2.0
-- What the frame keeps for every service: its event stream, the log of commands, their ids, timers, subscriptions,
-- the set clock.

-- Events in commit order; seq is the position readers ask by. wall_at: the machine's time when it was written; months are its own.
create table stream (
    district text not null,
    seq bigint not null,
    wall_at timestamptz not null,
    digest bytea not null,
    event_id uuid not null,
    type text not null,
    at timestamptz not null,
    cause_id uuid not null,
    trace_id text,
    account text,
    may_skip boolean not null, -- a hearer that does not know the type may pass it over
    payload bytea not null,
    primary key (district, seq, wall_at)
) partition by range (wall_at);
create table stream_other partition of stream default;

-- Every command carried out or refused, with the reply it got: the same message id again gets the same reply.
create table log (
    district text not null,
    seq bigint not null,
    wall_at timestamptz not null,
    digest bytea not null,
    message_id uuid not null,
    type text not null,
    at timestamptz not null,
    account text,
    trace_id text,
    request_digest bytea not null,
    outcome text not null check (outcome in ('done', 'refused')),
    code text,
    field text,
    note text,
    reply bytea not null,
    primary key (district, seq, wall_at)
) partition by range (wall_at);
create table log_other partition of log default;

-- Message ids are one space, whatever the district. Kept for a time, see the setting message.days.
create table message (
    id uuid primary key,
    district text not null,
    seq bigint not null, -- in the log
    wall_at timestamptz not null
) partition by hash (id);
create table message_0 partition of message for values with (modulus 4, remainder 0);
create table message_1 partition of message for values with (modulus 4, remainder 1);
create table message_2 partition of message for values with (modulus 4, remainder 2);
create table message_3 partition of message for values with (modulus 4, remainder 3);
create index message_wall_at on message using brin (wall_at);

-- Partitions of stream and log for the month (UTC) that is @ahead of this one. Rows of it that a clock which stood there put into the
-- default partition move: while it has some, no partition of theirs can be attached. Safe to repeat and to run twice at once.
create function frame_make_month(ahead integer) returns void
    language plpgsql
as $$
declare
    month timestamp := date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead);
    begins timestamptz := month at time zone 'UTC';
    ends timestamptz := (month + interval '1 month') at time zone 'UTC';
    parent text;
    other text;
    name text;
begin
    perform pg_advisory_xact_lock(hashtextextended('hongping months ' || current_schema(), 0));
    foreach parent in array array['stream', 'log'] loop
        name := parent || to_char(month, '"_"YYYY"_"MM');
        other := parent || '_other';
        if to_regclass(quote_ident(current_schema()) || '.' || quote_ident(name)) is null then
            execute format('create table %I (like %I including defaults including constraints)', name, parent);
            execute format('alter table %I add primary key (district, seq, wall_at)', name);
            execute format('lock table %I in share update exclusive mode', parent); -- in the order of attaching
            execute format('lock table %I in access exclusive mode', other);
            execute format('with moved as (delete from %I where wall_at >= $1 and wall_at < $2 returning *) insert into %I select * from moved',
                           other, name)
              using begins, ends;
            execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, name, begins, ends);
        end if;
    end loop;
end
$$;
select frame_make_month(0), frame_make_month(1);

-- Work that is due at an instant of business time; retry_at is wall time, of those that failed.
create table timer (
    district text not null,
    kind text not null,
    key text not null,
    due_at timestamptz not null,
    attempts bigint not null default 0,
    error text,
    retry_at timestamptz,
    primary key (district, kind, key)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index timer_due on timer (district, due_at, kind, key) where error is null;
create index timer_failed on timer (district, retry_at) where error is not null;

-- How far each source's stream was applied here. parked: stands before the event named; diverged: the source's history is not the
-- one that was heard; unknown: stands before an event of a type this build does not know.
-- sealed_last, sealed_hash: the source's seal that covers the position, as it was heard.
create table subscription (
    district text not null,
    source text not null,
    position bigint not null,
    state text not null check (state in ('following', 'parked', 'diverged', 'unknown')),
    sealed_last bigint,
    sealed_hash bytea,
    event_id uuid,
    event_type text,
    error text,
    failed_at timestamptz,
    attempts bigint not null default 0,
    primary key (district, source)
);

-- Where a clock that is set by hand stands; one row, under the city's code.
create table clock (
    district text primary key,
    at timestamptz not null
);

-- The processes of the service: alive until the instant that each of them puts off again and again.
create table instance (
    instance uuid primary key,
    endpoint text not null,
    until timestamptz not null,
    stuck text[] not null -- districts in which it met an event of a newer build
);

-- Which of them leads a district: runs its timers and subscriptions, and is where callers go. Correctness never depends on it.
create table lease (
    district text primary key,
    instance uuid not null
);

-- Long pieces of work: what they were asked, how far they are, how they ended. One that runs is its instance's for as long as
-- changed_at is fresh; turn counts who took it up, so that whoever lost it changes nothing any more.
create table job (
    id uuid primary key,
    kind text not null,
    args bytea not null,
    account text,
    state text not null default 'queued' check (state in ('queued', 'running', 'cancelling', 'done', 'cancelled', 'failed')),
    phase text,
    done bigint not null default 0,
    total bigint,
    mark bytea,   -- where to go on
    result bytea,
    error text,
    turn bigint not null default 0,
    failures bigint not null default 0, -- of the machine, since the mark last moved
    instance uuid,
    created_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    changed_at timestamptz not null default clock_timestamp()
);
create index job_created on job (created_at desc, id desc);
create index job_open on job (created_at, id) where state in ('queued', 'running', 'cancelling');

-- Months that were written to files and detached.
create table archive (
    ledger text not null,
    month date not null,
    district text not null,
    first bigint not null,
    last bigint not null,
    hash bytea not null, -- of the seal of the last row
    file text not null,
    file_sha256 bytea not null,
    archived_at timestamptz not null default clock_timestamp(),
    primary key (ledger, month, district)
);
