-- $3 from where on the source's stream is heard again, $4 the seal that ends there; null: what is there is taken as it is told
update subscription
   set state = 'following', position = $3::bigint, sealed_last = case when $4::bytea is not null then $3::bigint end,
       sealed_hash = $4::bytea, event_id = null, event_type = null, error = null, failed_at = null, attempts = 0
 where district = $1 and source = $2 and state = 'diverged'
