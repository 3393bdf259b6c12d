-- $1 district $2 list $3 subject $4 this objection: whether another one holds the entry
select exists (select from objection where district = $1 and list_id = $2 and subject_id = $3 and objection_id <> $4
               and state in ('received', 'investigating')) as others
