-- $1 districts, $2 the kinds this build knows: when to look again, by business time and, for those that failed, by wall time; one
-- probe of an index a district
select d.district,
       (select t.due_at from timer t
         where t.district = d.district and t.error is null and t.kind = any ($2::text[])
         order by t.due_at, t.kind, t.key limit 1) as due_at,
       (select t.retry_at from timer t
         where t.district = d.district and t.error is not null and t.kind = any ($2::text[])
         order by t.retry_at limit 1) as retry_at
  from unnest($1::text[]) as d (district)
