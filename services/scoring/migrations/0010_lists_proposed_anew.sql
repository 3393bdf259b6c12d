-- In its place stands the index of 0009.
alter table list drop constraint list_district_programme_id_key;
