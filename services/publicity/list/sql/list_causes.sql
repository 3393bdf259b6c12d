-- $1 district $2 list
select kind, id, at, subject_id from list_cause where district = $1 and list_id = $2 order by place
