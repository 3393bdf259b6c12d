-- $1 city, $2 account
update account set state = 'disabled' where district = $1 and account = $2 and state = 'active'
