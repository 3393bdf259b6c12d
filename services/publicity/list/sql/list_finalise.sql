-- $1 district $2 list $3 old state $4 new state $5 document $6 at
update award_list set state = $4, document = $5, finalised_at = $6 where district = $1 and list_id = $2 and state = $3
