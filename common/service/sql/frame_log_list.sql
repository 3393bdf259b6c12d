-- $1 district, $2 after, $3 limit
select seq, at, wall_at, message_id, type, account, coalesce(code, outcome) as outcome, field, trace_id, encode(digest, 'hex') as hash
from log
where district = $1 and seq > $2::bigint
order by seq
limit $3::bigint
