-- $1 district, $2 application: its history, oldest first
select at, account, from_state, to_state, version, reason, document from application_step
 where district = $1 and application_id = $2::uuid order by seq
