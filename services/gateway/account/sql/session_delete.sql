-- $1 city, $2 account, $3 token's hash
delete from session where district = $1 and account = $2 and token_sha256 = $3
