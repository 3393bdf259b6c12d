-- $1 district $2 notice $3 revision $4 state $5 sha256 $6 version: a draft nobody has signed takes up one more entry
update notice set content_sha256 = $5, version = $6, revision = revision + 1
where district = $1 and notice_id = $2 and revision = $3 and state = $4
