-- $1 city, $2 account
delete from login_guard where district = $1 and account = $2
