-- $1 district $2 honour: nothing else becomes of it until the end
select honour_id from honour where district = $1 and honour_id = $2 for update
