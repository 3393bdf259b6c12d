-- $1 district $2 objection $3 old state $4 new state $5 answer $6 at
update objection set state = $4, answer = $5, resolved_at = $6
where district = $1 and objection_id = $2 and state = $3
