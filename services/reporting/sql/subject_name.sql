-- $1 district, $2 the city, $3 subject
select name from subject where district in ($1, $2) and subject_id = $3 limit 1
