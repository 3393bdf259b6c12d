-- the streams that the live read models have come further in than those aside
select s.source, s.district, coalesce(r.position, 0) as after, s.position as until
  from subscription s
  left join reporting_aside.reached r on r.district = s.district and r.source = s.source
 where s.position > coalesce(r.position, 0)
 order by s.source, s.district
