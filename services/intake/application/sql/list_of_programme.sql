-- $1 district, $2 programme
select list_id from list where district = $1 and programme_id = $2
