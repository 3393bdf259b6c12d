-- $1 district (the city), $2 enterprise, $3 new name
update enterprise set name = $3 where district = $1 and enterprise_id = $2
