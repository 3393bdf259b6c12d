-- $1 district $2 list
select receipt from objection where district = $1 and list_id = $2 and state in ('received', 'investigating') order by receipt
