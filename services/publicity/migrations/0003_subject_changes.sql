-- What happened to subjects, as heard: what is listed or recorded later than a change was heard is judged by it, too.
create table subject_change (
    district text not null,
    change_id text not null,
    subject_id text not null,
    kind text not null,
    on_day date not null,
    site_id text,
    into_id text,
    name text,
    at timestamptz not null,
    position bigint not null,
    primary key (district, change_id)
);
create index subject_change_by_time on subject_change (at, district, position);

-- One row a city: who reads changes to judge something new, and who writes one, take turns on it.
create table change_turn (
    district text not null primary key
);

-- Why an entry was removed: "objection", or the kind of the change that ended it.
alter table entry add column removed_reason text;
