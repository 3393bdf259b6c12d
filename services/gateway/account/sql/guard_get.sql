-- $1 city, $2 account
select failures, locked_until from login_guard where district = $1 and account = $2
