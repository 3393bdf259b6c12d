-- $1 district, $2 programme, $3 the names of the steps, by their bits, $4 the same in the order of the process
select p.category, s.step, sum(p.subjects)::bigint as subjects
  from (select category, steps, count(*) as subjects from progress where district = $1 and programme_id = $2 group by category, steps) p
  join unnest($3::text[]) with ordinality s(step, nth) on p.steps & (1::bigint << (s.nth - 1)::integer) <> 0
 group by p.category, s.step order by p.category, array_position($4::text[], s.step)
