-- What honours subjects hold, as publicity says: a fact of the conditions of applying.
-- additive
create table honour (
    district text not null,
    honour_id text not null,
    category text not null,
    subject_id text not null,
    year integer not null,
    held boolean not null,
    primary key (district, honour_id)
);
create index honour_of_subject on honour (district, subject_id);
