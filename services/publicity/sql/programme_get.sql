-- $1 district $2 programme
select document from programme where district = $1 and programme_id = $2
