-- $1 district, $2 kind, $3 key, $4 due, $5 error
update timer
   set attempts = attempts + 1, error = $5,
       retry_at = clock_timestamp() + make_interval(secs => least(60, 0.25 * power(2, least(attempts, 12))))
 where district = $1 and kind = $2 and key = $3 and due_at = $4::timestamptz
