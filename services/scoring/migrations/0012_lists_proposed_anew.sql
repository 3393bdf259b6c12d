-- In its place stands the index of 0011.
alter table list drop constraint list_district_programme_id_key;
