-- $1 district; of each row: $2 programme, $3 subject, $4 category, $5 bits of steps that are not reached any more; each key once
update progress p set steps = p.steps & ~u.steps
  from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) u(programme_id, subject_id, category, steps)
 where p.district = $1 and p.programme_id = u.programme_id and p.subject_id = u.subject_id and p.category = u.category
   and p.steps & u.steps <> 0
