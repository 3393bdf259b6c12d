-- In the place of these stand the indexes of 0005.
alter table honour drop constraint honour_district_plaque_key;
alter table honour drop constraint honour_district_subject_id_category_year_key;
