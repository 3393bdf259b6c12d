-- $1 district $2 objection $3 old state $4 new state: what was concluded is in the event and the log
update objection set state = $4, result = null, answer = null, resolved_at = null, promoted = null, public_summary = null
where district = $1 and objection_id = $2 and state = $3
