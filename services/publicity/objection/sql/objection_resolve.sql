-- $1 district $2 objection $3 old state $4 new state $5 result $6 answer $7 at $8 summary
update objection set state = $4, result = $5, answer = $6, resolved_at = $7, public_summary = $8
where district = $1 and objection_id = $2 and state = $3
