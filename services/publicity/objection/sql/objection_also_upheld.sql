-- $1 district $2 list $3 subject $4 this objection: another one that was upheld
select objection_id from objection
where district = $1 and list_id = $2 and subject_id = $3 and objection_id <> $4 and state = 'resolved' and result = 'upheld'
order by resolved_at, objection_id limit 1
