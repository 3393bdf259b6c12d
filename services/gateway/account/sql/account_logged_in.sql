-- $1 city, $2 account, $3 at
update account set last_login_at = $3 where district = $1 and account = $2
