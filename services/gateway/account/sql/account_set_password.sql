-- $1 city, $2 account, $3 new argon2id string, $4 the one it replaces
update account set password = $3 where district = $1 and account = $2 and password = $4
