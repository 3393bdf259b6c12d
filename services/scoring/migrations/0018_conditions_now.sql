-- The conditions of candidates as intake found them last since the acceptance (intake.ConditionsChanged).
-- additive
create table candidate_condition_now (
    district text not null,
    application_id text not null,
    condition_id text not null,
    met boolean not null,
    by_kind text not null, -- what changed the fact last
    by_id text not null,
    at timestamptz not null,
    primary key (district, application_id, condition_id)
);
