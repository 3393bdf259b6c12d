-- The registry: who and what can be evaluated. Enterprises, managers and experts stand under the city's code, the rest under
-- its district's. The tables say how things are; registry_history, to which rows are only added, how they came to be so.
create table enterprise (
    district text not null,
    enterprise_id text not null,
    name text not null,
    area_m2 bigint,
    party_organisation boolean not null,
    sample boolean not null,
    state text not null default 'active' check (state in ('active', 'dissolved', 'merged', 'left')),
    into_id text,
    primary key (district, enterprise_id)
);
create table manager (
    district text not null,
    manager_id text not null,
    name text not null,
    enterprise_id text not null,
    sample boolean not null,
    primary key (district, manager_id)
);
create table expert (
    district text not null,
    expert_id text not null,
    name text not null,
    employer text,
    residence text,
    enterprise_links text[] not null,
    sample boolean not null,
    primary key (district, expert_id)
);
create table region (
    district text not null,
    code text not null,
    name text not null,
    from_day date,
    to_day date,
    primary key (district, code)
);
create table site (
    district text not null,
    site_id text not null,
    kind text not null check (kind in ('compound', 'building')),
    name text not null,
    subdistrict text not null,
    address text,
    households bigint,
    renovated boolean not null,
    aliases text[] not null,
    sample boolean not null,
    state text not null default 'active' check (state in ('active', 'dissolved', 'merged', 'left')),
    into_id text,
    primary key (district, site_id)
);
create index site_of_subdistrict on site (district, subdistrict, site_id);

-- Contracts. The current one of a site is, of those that have begun and not ended, the one that began last.
create table project (
    district text not null,
    project_id text not null,
    site_id text not null,
    enterprise_id text not null,
    manager_id text not null,
    area_m2 bigint not null,
    from_day date not null,
    to_day date,
    left_day date, -- the enterprise left the site before the contract's end
    primary key (district, project_id)
);
create index project_of_site on project (district, site_id, from_day desc);
create index project_of_enterprise on project (district, enterprise_id);

create table registry_history (
    district text not null,
    kind text not null,
    subject_id text not null,
    seq bigint generated always as identity,
    at timestamptz not null,
    account text not null,
    cause_id uuid not null,
    content jsonb not null, -- the row as it was from then on
    primary key (district, kind, subject_id, seq)
);

-- What happened to subjects, as recorded.
create table change (
    district text not null,
    change_id uuid not null,
    subject_id text not null,
    kind text not null,
    on_day date not null,
    old_name text,
    new_name text,
    into_id text,
    site_id text,
    document text,
    at timestamptz not null,
    account text not null,
    primary key (district, change_id)
);
create index change_of_subject on change (district, subject_id, on_day);
