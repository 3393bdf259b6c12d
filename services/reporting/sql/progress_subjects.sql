-- $1 district, $2 programme, $3 category, $4 bit of the step, $5 after this subject or '', $6 at most
select p.subject_id, s.name
  from progress p left join subject s on s.subject_id = p.subject_id and s.district in ($1, $7)
 where p.district = $1 and p.programme_id = $2 and p.category = $3 and p.steps & $4::bigint <> 0 and p.subject_id > $5
 order by p.subject_id
 limit $6
