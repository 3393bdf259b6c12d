-- $1 district (the city), $2 manager
select enterprise_id from manager where district = $1 and manager_id = $2
