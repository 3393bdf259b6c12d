-- SPDX-License-Identifier: Apache-2.0
-- What the frame keeps for every service: its event stream, the log of commands, timers, subscriptions, the set clock.

-- Events in commit order; seq is the position readers ask by.
create table stream (
    district text not null,
    seq bigint not null,
    algorithm text not null,
    prev_hash bytea not null,
    hash bytea not null,
    event_id uuid not null,
    type text not null,
    at timestamptz not null,
    cause_id uuid not null,
    trace_id text,
    account text,
    payload bytea not null,
    primary key (district, seq)
);

-- Every command carried out or refused, with the reply it got: the same message id again gets the same reply.
create table log (
    district text not null,
    seq bigint not null,
    algorithm text not null,
    prev_hash bytea not null,
    hash bytea not null,
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
    primary key (district, seq),
    unique (district, message_id)
);

-- Work that is due at an instant of business time; retry_at is wall time.
create table timer (
    district text not null,
    kind text not null,
    key text not null,
    due_at timestamptz not null,
    attempts bigint not null default 0,
    error text,
    retry_at timestamptz,
    primary key (district, kind, key)
);
create index timer_due on timer (due_at);

-- How far each source's stream was applied here; a parked one names the event it stands before.
create table subscription (
    district text not null,
    source text not null,
    position bigint not null,
    state text not null check (state in ('following', 'parked')),
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
