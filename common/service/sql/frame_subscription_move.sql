-- $3 from, $4 to; no row: another instance was faster, or it is parked
update subscription
   set position = $4, event_id = null, event_type = null, error = null, failed_at = null, attempts = 0
 where district = $1 and source = $2 and position = $3 and state = 'following'
