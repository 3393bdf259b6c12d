update subscription
   set state = 'parked', event_id = $4::uuid, event_type = $5, error = $6, failed_at = clock_timestamp(),
       attempts = attempts + 1
 where district = $1 and source = $2 and position = $3 and state = 'following'
