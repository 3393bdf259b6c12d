-- Corrections, each a record of its own; what they correct stays as it was.
-- additive
create table correction (
    district text not null,
    correction_id text not null,
    kind text not null,
    target_id text not null,
    state text not null,
    at timestamptz not null,
    record bytea not null, -- correction.Correction
    primary key (district, correction_id)
);
create unique index correction_open on correction (district, kind, target_id) where state = 'proposed';
create index correction_by_time on correction (district, at, correction_id);
