-- $1 district, $2 after, $3 limit
select seq, at, message_id, type, account, coalesce(code, outcome) as outcome, field, trace_id, encode(hash, 'hex') as hash
from log
where district = $1 and seq > $2
order by seq
limit $3
