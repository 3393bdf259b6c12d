-- $1 district $2 notice $3 body $4 account $5 at $6 sha256
update signature set account = $4, signed_at = $5, content_sha256 = $6
where district = $1 and notice_id = $2 and body = $3 and signed_at is null
