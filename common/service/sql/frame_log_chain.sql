-- binary
select seq, digest, wall_at, message_id, type, at, account, trace_id, request_digest,
       outcome, code, field, note, reply
  from log
 where district = $1 and seq > $2::bigint
 order by seq
 limit $3::bigint
