-- $1 district, $2 programme, $3 stage, $4 from state, $5 to state
update stage set state = $5 where district = $1 and programme_id = $2 and stage = $3 and state = $4
