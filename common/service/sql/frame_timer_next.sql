-- $1 districts, $2 now: the first that may run
select district, kind, key
  from timer
 where due_at <= $2::timestamptz and district = any ($1::text[]) and (retry_at is null or retry_at <= clock_timestamp())
 order by due_at, district, kind, key
 limit 1
