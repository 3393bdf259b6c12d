-- $1 city, $2 account
select account from login_guard where district = $1 and account = $2 for update
