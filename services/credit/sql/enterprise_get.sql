-- $1 district (the city), $2 enterprise
select name, area_m2 from enterprise where district = $1 and enterprise_id = $2
