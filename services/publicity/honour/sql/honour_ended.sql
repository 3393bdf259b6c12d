-- $1 district $2 honour
select list_id, document, case_id from honour where district = $1 and honour_id = $2
