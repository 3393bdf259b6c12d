-- $3 from, $4 to, $5 and $6 the source's seal over it. Another instance was faster, or it stands still: division by zero, so that the
-- statement can be sent without waiting for its answer
with moved as (
    update subscription
       set position = $4::bigint, sealed_last = $5::bigint, sealed_hash = $6::bytea,
           event_id = null, event_type = null, error = null, failed_at = null, attempts = 0
     where district = $1 and source = $2 and position = $3::bigint and state = 'following'
    returning 1
)
select 1 / count(*) from moved
