insert into timer (district, kind, key, due_at) values ($1, $2, $3, $4::timestamptz)
on conflict (district, kind, key)
do update set due_at = excluded.due_at, attempts = 0, error = null, retry_at = null
