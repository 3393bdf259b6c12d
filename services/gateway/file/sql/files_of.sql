-- $1 city, $2 account, $3 SHA-256
select file_sha256, media_type, size, file_name, claimed_by from file
where district = $1 and account = $2 and file_sha256 = any($3::text[])
