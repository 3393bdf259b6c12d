-- $3 where it stands, $4 the event (null: none), $5 its type, $6 error, $7 parked, diverged or unknown
update subscription
   set state = $7, event_id = $4::uuid, event_type = $5, error = $6, failed_at = clock_timestamp(),
       attempts = attempts + 1
 where district = $1 and source = $2 and position = $3::bigint and state = 'following'
