select seq, algorithm, prev_hash, hash, message_id, type, iso(at), account, trace_id, request_digest,
       outcome, code, field, note, reply
  from log
 where district = $1 and seq > $2
 order by seq
 limit $3
