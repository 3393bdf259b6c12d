-- $1 district $2 notice $3 subject $4 objector $5 contact
select receipt from objection
where district = $1 and notice_id = $2 and subject_id = $3 and objector = $4 and contact = $5
