-- $1 district, $2 position, $3 at most; always at least one row, with the head
select h.head, s.seq, s.event_id, s.type, s.at, s.cause_id, s.trace_id, s.account, s.payload
  from (select coalesce((select position from chain_head where district = $1 and chain = 'stream'), 0) as head) h
  left join lateral (select seq, event_id, type, at, cause_id, trace_id, account, payload
                       from stream
                      where district = $1 and seq > $2
                      order by seq
                      limit $3) s on true
 order by s.seq
