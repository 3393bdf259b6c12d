-- $1 district; of each row: $2 programme, $3 subject, $4 category, $5 bits of steps that are not reached any more
insert into reporting_aside.unprogress (district, programme_id, subject_id, category, steps)
select $1, programme_id, subject_id, category, steps
  from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) e(programme_id, subject_id, category, steps)
