-- Applications and recommendations. Every form and every step is kept; the row says where it stands.
create table application (
    district text not null,
    application_id uuid not null,
    programme_id text not null,
    category text not null,
    subject_id text not null,
    subject_kind text not null,
    name text not null,
    route text not null,
    state text not null check (state in ('draft', 'submitted', 'returned', 'refused', 'accepted', 'withdrawn')),
    version bigint not null, -- of the form
    rev bigint not null default 0, -- counts the updates, so that of two at once only one finds the row as it read it
    step text, -- whose turn it is, while submitted
    subdistrict text,
    enterprise_id text,
    enterprise_name text,
    manager_id text,
    drafter_role text not null, -- as what whoever drafted it acts
    drafter_region text not null,
    drafter_subject text,
    submitted_at timestamptz,
    reason text,
    primary key (district, application_id)
);
-- One subject stands at most once in a category.
create unique index application_once on application (district, programme_id, category, subject_id)
    where state not in ('refused', 'withdrawn');

create table application_field (
    district text not null,
    application_id uuid not null,
    version bigint not null,
    place bigint not null,
    name text not null,
    value text not null,
    primary key (district, application_id, version, place)
);
create table application_step (
    district text not null,
    application_id uuid not null,
    seq bigint generated always as identity,
    at timestamptz not null,
    account text not null,
    from_state text not null,
    to_state text not null,
    version bigint not null,
    reason text,
    primary key (district, application_id, seq)
);
create table evidence (
    district text not null,
    application_id uuid not null,
    file_sha256 text not null,
    rubric_line text not null, -- '' for none
    file_name text not null,
    media_type text not null,
    size bigint not null,
    attached_at timestamptz not null,
    account text not null,
    primary key (district, application_id, file_sha256, rubric_line)
);
