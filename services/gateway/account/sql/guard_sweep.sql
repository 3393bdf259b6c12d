-- $1 city, $2 failed before this and not locked now ($3)
delete from login_guard where district = $1 and failed_at < $2 and (locked_until is null or locked_until < $3)
