-- $3 from where on the source's stream is heard again; the seal there is taken as it is told
update subscription
   set state = 'following', position = $3::bigint, sealed_last = null, sealed_hash = null, event_id = null, event_type = null,
       error = null, failed_at = null, attempts = 0
 where district = $1 and source = $2 and state = 'diverged'
