-- $1 districts: the earliest timer of all that did not fail
select min(s.due_at) as due_at
  from unnest($1::text[]) as d (district)
 cross join lateral (select t.due_at from timer t where t.district = d.district and t.error is null order by t.due_at, t.kind, t.key limit 1) s
