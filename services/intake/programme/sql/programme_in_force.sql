-- $1 district, $2 programme
select document_sha256 from programme where district = $1 and programme_id = $2 order by version desc limit 1
