select seq, algorithm, prev_hash, hash, event_id, type, iso(at), cause_id, trace_id, account, payload
  from stream
 where district = $1 and seq > $2
 order by seq
 limit $3
