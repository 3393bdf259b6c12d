-- $1 city, $2 form as account, $3 SHA-256, $4 what claims them
update file set claimed_by = $4
where district = $1 and account = $2 and file_sha256 = any($3::text[]) and claimed_by is null
