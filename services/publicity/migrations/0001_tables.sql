-- Programmes as published, proposed lists with their reserve, notices with signatures and their ledger,
-- objections, honours with plaques, and the confirmed re-evaluations that a revocation rests on.
create table programme (
    district text not null,
    programme_id text not null,
    version bigint not null,
    year bigint not null,
    document text not null,
    document_sha256 text not null,
    primary key (district, programme_id)
);

-- Serial numbers without gaps or doubles: one row per kind of number and year, advanced in the transaction that uses it.
create table counter (
    district text not null,
    name text not null,
    year bigint not null,
    last bigint not null,
    primary key (district, name, year)
);

create table award_list (
    district text not null,
    list_id text not null,
    programme_id text not null,
    run_id text not null,
    result_sha256 text not null,
    state text not null,
    document text,
    proposed_at timestamptz not null,
    finalised_at timestamptz,
    primary key (district, list_id)
);

create table entry (
    district text not null,
    list_id text not null,
    subject_id text not null,
    category text not null,
    grp text not null,
    name text not null,
    score_milli bigint not null,
    rank bigint not null,
    state text not null,
    from_reserve boolean not null default false,
    enterprise_id text,
    enterprise_name text,
    subdistrict text,
    primary key (district, list_id, subject_id),
    foreign key (district, list_id) references award_list
);

create table notice (
    district text not null,
    notice_id text not null,
    programme_id text not null,
    list_id text not null,
    kind text not null check (kind in ('proposal', 'supplementary')),
    number text not null,
    title text not null,
    state text not null,
    basis text not null,
    organisers text not null,
    how_to_object text not null,
    contact text not null,
    working_days bigint not null,
    count_start_day boolean not null,
    publish_at timestamptz,
    published_at timestamptz,
    start_day date,
    end_day date,
    content_sha256 text not null,
    version bigint not null,
    follows text,
    revision bigint not null default 1,
    created_at timestamptz not null,
    primary key (district, notice_id),
    foreign key (district, list_id) references award_list
);
create unique index notice_number on notice (district, number) where state <> 'replaced' or published_at is not null;
create index notice_by_list on notice (district, list_id);
create index notice_by_time on notice (district, created_at, notice_id);

create table notice_entry (
    district text not null,
    notice_id text not null,
    list_id text not null,
    subject_id text not null,
    primary key (district, notice_id, subject_id),
    foreign key (district, notice_id) references notice,
    foreign key (district, list_id, subject_id) references entry
);

-- One row per body that has to sign; signed_at is empty until it has.
create table signature (
    district text not null,
    notice_id text not null,
    body text not null,
    body_name text not null,
    ordinal bigint not null,
    account text,
    signed_at timestamptz,
    content_sha256 text,
    primary key (district, notice_id, body),
    foreign key (district, notice_id) references notice
);

-- Append-only and sealed: every version, every signature, and what was published.
create table notice_ledger (
    district text not null,
    seq bigint not null,
    wall_at timestamptz not null,
    digest bytea not null,
    notice_id text not null,
    version bigint not null,
    what text not null,
    account text not null,
    at timestamptz not null,
    content_sha256 text not null,
    content text,
    start_day date,
    end_day date,
    primary key (district, seq)
);

create table objection (
    district text not null,
    objection_id text not null,
    notice_id text not null,
    list_id text not null,
    programme_id text not null,
    subject_id text not null,
    state text not null,
    result text,
    objector text not null,
    contact text not null,
    unit boolean not null,
    grounds text not null,
    file_sha256 text,
    note text,
    answer text,
    receipt text not null,
    filed_at timestamptz not null,
    resolved_at timestamptz,
    primary key (district, objection_id),
    unique (district, receipt),
    unique (district, notice_id, subject_id, objector, contact),
    foreign key (district, notice_id, subject_id) references notice_entry
);
create index objection_by_list on objection (district, list_id);
create index objection_by_time on objection (district, filed_at, objection_id);

create table honour (
    district text not null,
    honour_id text not null,
    programme_id text not null,
    list_id text,
    category text not null,
    title text not null,
    subject_id text not null,
    subject_kind text not null,
    name text not null,
    year bigint not null,
    state text not null,
    plaque text not null,
    plaque_state text not null,
    enterprise_id text,
    subdistrict text,
    granted_day date,
    ended_day date,
    reason text,
    document text,
    case_id text,
    due_day date,
    overdue boolean not null default false,
    receipt text,
    created_at timestamptz not null,
    primary key (district, honour_id),
    unique (district, plaque),
    unique (district, subject_id, category, year)
);
create index honour_by_subject on honour (subject_id) where state = 'held';
create index honour_by_enterprise on honour (enterprise_id) where state = 'held';
create index honour_by_time on honour (district, created_at, honour_id);

create table reevaluation (
    district text not null,
    case_id text not null,
    honour_id text not null,
    failed boolean not null,
    primary key (district, case_id)
);
