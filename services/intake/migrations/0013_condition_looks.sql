-- The conditions of an application as they were looked at last, and as they were when it was handed in or accepted.
-- additive
create table application_condition (
    district text not null,
    application_id uuid not null,
    condition_id text not null,
    fact text not null,
    met boolean not null,
    before text not null, -- when it was handed in, or accepted since
    by_kind text, -- what changed the fact last
    by_id text,
    by_at timestamptz,
    primary key (district, application_id, condition_id)
);
