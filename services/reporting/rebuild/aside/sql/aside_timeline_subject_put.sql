-- $1 district, $2 source; of each row: $3 position, $4 subject
insert into reporting_aside.timeline_subject (district, source, position, subject_id)
select $1, $2, position, subject_id from unnest($3::bigint[], $4::text[]) e(position, subject_id)
