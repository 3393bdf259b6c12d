-- $1 district; of each row: $2 programme, $3 category, $4 step, $5 subject
insert into reporting_aside.progress (district, programme_id, category, step, subject_id)
select $1, programme_id, category, step, subject_id
  from unnest($2::text[], $3::text[], $4::text[], $5::text[]) e(programme_id, category, step, subject_id)
