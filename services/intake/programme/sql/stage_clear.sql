-- $1 district, $2 programme
delete from stage where district = $1 and programme_id = $2
