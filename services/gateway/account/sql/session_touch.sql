-- $1 city, $2 token's hash, $3 now
update session set seen_at = $3 where district = $1 and token_sha256 = $2 and seen_at < $3
