-- What whoever judges a candidate reads: its form, its files and its conditions as they stood at the acceptance; the photos of a sheet.
-- additive
create table candidate_field (
    district text not null,
    application_id text not null,
    n integer not null,
    name text not null,
    value text not null,
    primary key (district, application_id, n)
);

create table candidate_file (
    district text not null,
    application_id text not null,
    n integer not null,
    file_sha256 text not null,
    file_name text not null,
    media_type text not null,
    size bigint not null,
    rubric_line text,
    attached_at timestamptz not null,
    account text,
    primary key (district, application_id, n)
);
create index candidate_file_sha256 on candidate_file (district, file_sha256);

create table candidate_condition (
    district text not null,
    application_id text not null,
    n integer not null,
    condition_id text not null,
    title text not null,
    fact text not null,
    rule_limit text not null,
    met boolean not null,
    source text,
    primary key (district, application_id, n)
);

create table inspection_photo (
    district text not null,
    inspection_id text not null,
    rubric_line text not null,
    n integer not null,
    file_sha256 text not null,
    file_name text not null,
    taken_at timestamptz,
    account text not null,
    primary key (district, inspection_id, rubric_line, n)
);
create index inspection_photo_sha256 on inspection_photo (district, file_sha256);
