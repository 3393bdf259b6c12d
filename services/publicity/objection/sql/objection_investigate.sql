-- $1 district $2 objection $3 old state $4 new state $5 note
update objection set state = $4, note = $5 where district = $1 and objection_id = $2 and state = $3
