-- $1 district $2 honour $3 old state $4 new state
update honour set state = $4, overdue = false where district = $1 and honour_id = $2 and state = $3
