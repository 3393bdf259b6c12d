select kind, key, error
  from timer
 where district = any ($1::text[]) and (due_at <= $2::timestamptz or error is not null)
 order by due_at, district, kind, key
 limit 100
