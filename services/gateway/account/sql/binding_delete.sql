-- $1 city, $2 account
delete from binding where district = $1 and account = $2
