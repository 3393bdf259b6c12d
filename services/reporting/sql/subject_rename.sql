-- $1 district, $2 subject, $3 name
update subject set name = $3 where district = $1 and subject_id = $2
