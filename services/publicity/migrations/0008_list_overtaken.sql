-- What overtook a list since scoring made it: an input of its run changed (scoring.ListOvertaken, the last said).
-- additive
create table list_cause (
    district text not null,
    list_id text not null,
    place bigint not null,
    kind text not null,
    id text not null,
    at timestamptz,
    subject_id text,
    primary key (district, list_id, place)
);
