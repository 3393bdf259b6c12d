-- $1 district $2 notice $3 revision $4 old state $5 new state
update notice set state = $5, revision = revision + 1
where district = $1 and notice_id = $2 and revision = $3 and state = $4
