-- $1 district $2 list $3 old state $4 new state
update award_list set state = $4 where district = $1 and list_id = $2 and state = $3
