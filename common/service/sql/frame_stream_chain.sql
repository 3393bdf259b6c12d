-- binary
select seq, digest, wall_at, event_id, type, at, cause_id, trace_id, account, may_skip, payload
  from stream
 where district = $1 and seq > $2::bigint
 order by seq
 limit $3::bigint
