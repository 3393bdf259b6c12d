-- $1 city, $2 token's hash, $3 account, $4 now, $5 expires at
insert into session (district, token_sha256, account, created_at, seen_at, expires_at) values ($1, $2, $3, $4, $4, $5)
