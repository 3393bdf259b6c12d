-- $1 district, $2 source, $3 position, $4 subject
insert into timeline_subject (district, source, position, subject_id) values ($1, $2, $3, $4) on conflict do nothing
