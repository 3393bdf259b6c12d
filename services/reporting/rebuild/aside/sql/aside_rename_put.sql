-- $1 district; of each row: $2 subject, $3 name
insert into reporting_aside.rename (district, subject_id, name)
select $1, subject_id, name from unnest($2::text[], $3::text[]) e(subject_id, name)
