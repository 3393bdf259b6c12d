-- $1 districts: when to look again, by business time and, for those that failed, by wall time
select min(due_at) filter (where error is null) as due_at, min(retry_at) filter (where error is not null) as retry_at
  from timer
 where district = any ($1::text[])
