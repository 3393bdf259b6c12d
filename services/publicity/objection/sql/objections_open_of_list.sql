-- $1 district $2 list
select receipt, objection_id, subject_id, filed_at from objection where district = $1 and list_id = $2 and state in ('received', 'investigating') order by receipt
