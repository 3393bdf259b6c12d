-- SPDX-License-Identifier: Apache-2.0
-- What scoring knows of the others' things, kept from their events. Enterprises, managers and experts belong to the
-- whole city and stand under its code; everything else stands under its district.

create table programme (
    district text not null,
    programme_id text not null,
    version integer not null,
    title text not null,
    year integer not null,
    document text not null,
    document_sha256 text not null,
    primary key (district, programme_id)
);

create table enterprise (
    district text not null,
    enterprise_id text not null,
    name text not null,
    primary key (district, enterprise_id)
);

create table manager (
    district text not null,
    manager_id text not null,
    name text not null,
    enterprise_id text not null,
    primary key (district, manager_id)
);

create table expert (
    district text not null,
    expert_id text not null,
    name text not null,
    employer text,
    residence text,
    primary key (district, expert_id)
);

create table expert_link (
    district text not null,
    expert_id text not null,
    enterprise_id text not null,
    primary key (district, expert_id, enterprise_id)
);

create table site (
    district text not null,
    site_id text not null,
    kind text not null check (kind in ('compound', 'building')),
    name text not null,
    subdistrict text not null,
    primary key (district, site_id)
);

create table project (
    district text not null,
    project_id text not null,
    site_id text not null,
    enterprise_id text not null,
    manager_id text not null,
    from_day date not null,
    to_day date,
    primary key (district, project_id)
);
create index project_site on project (district, site_id);

-- Renamed, merged, dissolved, ...: the kinds are the words of the programmes' exit rules.
create table subject_change (
    district text not null,
    change_id text not null,
    subject_id text not null,
    kind text not null,
    on_day date not null,
    site_id text,
    into_id text,
    document text,
    primary key (district, change_id)
);
create index subject_change_subject on subject_change (district, subject_id);

create table candidate (
    district text not null,
    application_id text not null,
    programme_id text not null,
    category text not null,
    subject_id text not null,
    subject_kind text not null,
    name text not null,
    subdistrict text,
    enterprise_id text,
    enterprise_name text,
    state text not null check (state in ('accepted', 'withdrawn')),
    since timestamptz not null, -- of this state
    primary key (district, application_id)
);
create index candidate_programme on candidate (district, programme_id, subject_id);

create table honour (
    district text not null,
    honour_id text not null,
    programme_id text not null,
    category text not null,
    title text not null,
    subject_id text not null,
    name text not null,
    year integer not null,
    state text not null check (state in ('held', 'revoked', 'lapsed')),
    enterprise_id text,
    subdistrict text,
    granted_day date,
    primary key (district, honour_id)
);
create index honour_subject on honour (district, subject_id);
create index honour_enterprise on honour (district, enterprise_id);

-- The exact total of an enterprise in a district and year, as credit last said it; deductions: the ids that count, one a line.
create table credit_total (
    district text not null,
    enterprise_id text not null,
    year integer not null,
    total text not null,
    deductions text not null,
    primary key (district, enterprise_id, year)
);

create table credit_record (
    district text not null,
    deduction_id text not null,
    subject_kind text not null,
    subject_id text not null,
    enterprise_id text not null,
    on_day date not null,
    site_id text,
    project_id text,
    counts boolean not null,
    primary key (district, deduction_id)
);
create index credit_record_site on credit_record (district, site_id);
create index credit_record_project on credit_record (district, project_id);
