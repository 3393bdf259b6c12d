-- $1 city, $2 now, $3 seen before: no longer valid
delete from session where district = $1 and (expires_at < $2 or seen_at < $3)
