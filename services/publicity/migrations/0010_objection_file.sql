-- The files that an objection names, as they were uploaded.
create table objection_file (
    district text not null,
    objection_id text not null,
    n integer not null,
    file_sha256 text not null,
    file_name text not null,
    media_type text not null,
    size bigint not null,
    primary key (district, objection_id, n),
    foreign key (district, objection_id) references objection
);
