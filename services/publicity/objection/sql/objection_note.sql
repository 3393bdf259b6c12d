-- $1 district $2 objection
select note from objection where district = $1 and objection_id = $2
