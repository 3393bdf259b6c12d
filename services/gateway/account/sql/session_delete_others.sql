-- $1 city, $2 account, $3 hash of the token to keep ('' for none)
delete from session where district = $1 and account = $2 and token_sha256 <> $3
