-- Read models, each row fed by one stream only, so that rebuilding them from the streams gives the same rows whatever the
-- order in which different streams were read.

create table timeline (
    district text not null,
    at timestamptz not null,
    rank bigint not null,
    source text not null,
    position bigint not null,
    kind text not null,
    programme_id text,
    subject_id text,
    name text,
    summary text not null,
    account text,
    payload bytea not null,
    primary key (district, at, rank, position)
);
create unique index timeline_event on timeline (district, source, position);
create index timeline_of_programme on timeline (district, programme_id, at, rank, position);

-- Which subjects of a timeline entry, when it is about many (a list, a notice).
create table timeline_subject (
    district text not null,
    source text not null,
    position bigint not null,
    subject_id text not null,
    primary key (district, subject_id, source, position)
);

create table subject (
    district text not null,
    subject_id text not null,
    kind text not null,
    name text not null,
    subdistrict text,
    primary key (district, subject_id)
);

-- Each step a subject reached in a programme; the funnel counts them.
create table progress (
    district text not null,
    programme_id text not null,
    category text not null,
    step text not null,
    subject_id text not null,
    primary key (district, programme_id, category, step, subject_id)
);

-- The last known state of everything that concerns a subject.
create table dossier (
    district text not null,
    subject_id text not null,
    section text not null,
    id text not null,
    state text not null,
    summary text not null,
    at timestamptz not null,
    primary key (district, subject_id, section, id)
);
