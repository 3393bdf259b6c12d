-- Forms with types: of choices and tables a field has several values, by item and, in a table's row, by column.
alter table application_field add column item bigint;
alter table application_field add column cell text;
-- A file may belong to a field of the form.
alter table evidence add column field text not null default '';
alter table evidence drop constraint evidence_pkey;
alter table evidence add primary key (district, application_id, file_sha256, rubric_line, field);
-- What a body of the chain wrote beneath the form, each time it did.
create table opinion (
    district text not null,
    application_id uuid not null,
    opinion_id uuid not null,
    by_role text not null,
    at timestamptz not null,
    account text not null,
    version bigint not null,
    primary key (district, application_id, opinion_id)
);
create table opinion_field (
    district text not null,
    application_id uuid not null,
    opinion_id uuid not null,
    place bigint not null,
    name text not null,
    item bigint,
    cell text,
    value text not null,
    primary key (district, application_id, opinion_id, place)
);
