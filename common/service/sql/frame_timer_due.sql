-- $1 districts, $2 now: the first of those due, then those that failed
select kind, key, error
  from unnest($1::text[]) as d (district)
 cross join lateral ((select t.due_at, t.kind, t.key, t.error from timer t
                       where t.district = d.district and t.error is null and t.due_at <= $2::timestamptz
                       order by t.due_at, t.kind, t.key limit 100)
                     union all
                     (select t.due_at, t.kind, t.key, t.error from timer t
                       where t.district = d.district and t.error is not null
                       order by t.retry_at limit 100)) s
 order by s.due_at, d.district, s.kind, s.key
 limit 100
