-- What credit knows of the registry, from intake's events.
create table enterprise (
    district text not null,
    enterprise_id text not null,
    name text not null,
    area_m2 bigint,
    primary key (district, enterprise_id)
);
create table manager (
    district text not null,
    manager_id text not null,
    enterprise_id text not null,
    primary key (district, manager_id)
);
create table project (
    district text not null,
    project_id text not null,
    site_id text not null,
    enterprise_id text not null,
    manager_id text not null,
    area_m2 bigint not null,
    primary key (district, project_id)
);

-- Where each deduction stands now; its history is deduction_ledger.
create table deduction (
    district text not null,
    deduction_id uuid not null,
    subject_kind text not null,
    subject_id text not null,
    enterprise_id text not null,
    behaviour text not null,
    rule_version text not null,
    points_milli bigint not null,
    on_day date not null,
    year bigint not null,
    state text not null,
    project_id text,
    site_id text,
    document text not null,
    project_area_m2 bigint,
    enterprise_area_m2 bigint,
    effective_day date,
    primary key (district, deduction_id)
);
create index deduction_of_enterprise on deduction (district, enterprise_id, year);

-- Append-only, sealed: one row per step of a deduction; a correction is a new row.
create table deduction_ledger (
    district text not null,
    seq bigint not null,
    wall_at timestamptz not null,
    digest bytea not null,
    deduction_id uuid not null,
    step text not null,
    state text not null,
    at timestamptz not null,
    account text not null,
    subject_kind text not null,
    subject_id text not null,
    enterprise_id text not null,
    behaviour text not null,
    rule_version text not null,
    points_milli bigint not null,
    on_day date not null,
    project_id text,
    site_id text,
    document text not null,
    project_area_m2 bigint,
    enterprise_area_m2 bigint,
    note text,
    primary key (district, seq)
);
create index deduction_ledger_of_enterprise on deduction_ledger (district, enterprise_id, at);

-- One row per enterprise and year: locked while its total is computed, and what was said of it.
create table balance (
    district text not null,
    enterprise_id text not null,
    year bigint not null,
    total text not null default '0/1',
    reached text not null default '',
    primary key (district, enterprise_id, year)
);
