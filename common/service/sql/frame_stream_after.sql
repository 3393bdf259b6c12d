-- binary
-- $1 district, $2 position, $3 events at most, $4 bytes of payload at most (the first is always there); at least one row, with the head
select h.stream_seq as head, s.seq, s.event_id, s.type, s.at, s.cause_id, s.trace_id, s.account, s.may_skip, s.payload
  from head h
  left join lateral (
       select w.seq, w.event_id, w.type, w.at, w.cause_id, w.trace_id, w.account, w.may_skip, w.payload
         from (select seq, event_id, type, at, cause_id, trace_id, account, may_skip, payload,
                      sum(octet_length(payload)) over (order by seq) - octet_length(payload) as before
                 from (select seq, event_id, type, at, cause_id, trace_id, account, may_skip, payload
                         from stream
                        where district = $1 and seq > $2::bigint
                        order by seq
                        limit $3::bigint) p) w
        where w.before < $4::bigint) s on true
 where h.district = $1
 order by s.seq
