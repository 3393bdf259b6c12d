-- Which district of the city an enterprise left; null: all of them.
alter table change add column left_district text;
create index change_left on change (subject_id) where left_district is not null;
