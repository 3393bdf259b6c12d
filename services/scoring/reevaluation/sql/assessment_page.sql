-- $1 district, $2 year or null, $3 enterprise or null, $4 after this one or null, $5 at most
select a.assessment_id, a.year, a.enterprise_id, e.name, a.grade, a.document, a.recorded_at,
       exists (select from set_aside s where s.district = a.district and s.thing = 'assessment' and s.id = a.assessment_id) as set_aside
  from assessment a left join enterprise e on e.enterprise_id = a.enterprise_id and e.district = $6
 where a.district = $1 and ($2::bigint is null or a.year = $2) and ($3::text is null or a.enterprise_id = $3)
   and ($4::text is null or a.seq < (select b.seq from assessment b where b.district = $1 and b.assessment_id = $4))
 order by a.seq desc
 limit $5
