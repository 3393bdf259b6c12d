-- $1 district $2 honour $3 old state $4 new state: why it had ended is in the events
update honour set state = $4, ended_day = null, reason = null, due_day = null, document = null, case_id = null, overdue = false
where district = $1 and honour_id = $2 and state = $3
