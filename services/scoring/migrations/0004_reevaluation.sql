-- SPDX-License-Identifier: Apache-2.0
-- Facts for the re-evaluation (three sealed ledgers: the latest of a year or subject counts) and its cases.

create table assessment (
    district text not null,
    seq bigint not null,
    wall_at timestamptz not null,
    digest bytea not null,
    assessment_id text not null,
    year bigint not null,
    enterprise_id text not null,
    grade text not null check (grade in ('excellent', 'good', 'pass', 'fail')),
    document text not null,
    account text not null,
    recorded_at timestamptz not null,
    primary key (district, seq)
);
create index assessment_enterprise on assessment (district, enterprise_id, year, seq);

create table incident (
    district text not null,
    seq bigint not null,
    wall_at timestamptz not null,
    digest bytea not null,
    incident_id text not null,
    on_day date not null,
    enterprise_id text not null,
    site_id text,
    kind text not null check (kind in ('security', 'fire', 'complaint_exposed', 'other')),
    serious boolean not null,
    description text not null,
    account text not null,
    recorded_at timestamptz not null,
    primary key (district, seq)
);
create index incident_enterprise on incident (district, enterprise_id, on_day);
create index incident_site on incident (district, site_id, on_day);

create table cancellation (
    district text not null,
    seq bigint not null,
    wall_at timestamptz not null,
    digest bytea not null,
    cancellation_id text not null,
    programme_id text not null,
    subject_id text not null,
    reason text not null,
    account text not null,
    recorded_at timestamptz not null,
    primary key (district, seq)
);
create index cancellation_subject on cancellation (district, programme_id, subject_id);

create table reevaluation_case (
    district text not null,
    case_id text not null,
    programme_id text not null,
    honour_id text not null,
    state text not null check (state in ('open', 'judged', 'confirmed', 'ended')),
    verdict text check (verdict in ('kept', 'failed', 'ended', 'exempt', 'no_rule', 'undecided')),
    notes text not null default '', -- one a line
    opened_at timestamptz not null,
    judged_at timestamptz,
    confirmed_at timestamptz,
    confirmed_by text,
    primary key (district, case_id),
    unique (district, programme_id, honour_id),
    foreign key (district, honour_id) references honour
);

create table case_condition (
    district text not null,
    case_id text not null,
    n integer not null,
    condition_id text not null,
    fact text not null,
    rule_limit text not null,
    met boolean not null,
    title text not null,
    source text not null,
    evidence text not null, -- one a line
    primary key (district, case_id, n),
    foreign key (district, case_id) references reevaluation_case
);

create table case_material (
    district text not null,
    case_id text not null,
    material_id text not null,
    file_sha256 text not null,
    file_name text not null,
    account text not null,
    handed_in_at timestamptz not null,
    primary key (district, case_id, material_id),
    foreign key (district, case_id) references reevaluation_case
);

-- A case with its holder: the enterprise is the one the honour names, else whoever serves the site by its newest project.
create view held_case as
select c.district, c.case_id, c.programme_id, c.honour_id, h.subject_id, h.name, h.category, c.state, c.verdict, c.notes,
       coalesce(h.enterprise_id, p.enterprise_id) as enterprise_id, coalesce(h.subdistrict, s.subdistrict) as subdistrict,
       coalesce(h.granted_day, make_date(h.year, 1, 1)) as since_day, s.site_id is not null as site,
       exists (select from case_material m where m.district = c.district and m.case_id = c.case_id) as material
  from reevaluation_case c
  join honour h on h.district = c.district and h.honour_id = c.honour_id
  left join site s on s.district = h.district and s.site_id = h.subject_id
  left join lateral (select j.enterprise_id from project j
                      where j.district = h.district and j.site_id = h.subject_id
                      order by j.from_day desc, j.project_id desc limit 1) p on true;
