-- $1 district, $2 programme, $3 list that is withdrawn
delete from list where district = $1 and programme_id = $2 and list_id = $3
