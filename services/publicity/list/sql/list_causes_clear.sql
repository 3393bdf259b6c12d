-- $1 district $2 list
delete from list_cause where district = $1 and list_id = $2
