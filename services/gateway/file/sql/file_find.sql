-- $1 city, $2 SHA-256, $3 account; the account's own row first, then the oldest
select account, media_type, size, file_name from file
where district = $1 and file_sha256 = $2
order by account <> $3, uploaded_at
