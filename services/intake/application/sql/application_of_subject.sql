-- $1 district, $2 programme, $3 category, $4 subject: the application by which it stands there
select application_id from application
 where district = $1 and programme_id = $2 and category = $3 and subject_id = $4 and state not in ('refused', 'withdrawn')
