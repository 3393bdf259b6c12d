update subscription
   set state = 'following', position = position + 1, sealed_last = null, sealed_hash = null, event_id = null, event_type = null, error = null,
       failed_at = null, attempts = 0
 where district = $1 and source = $2 and event_id = $3::uuid and state = 'parked'
