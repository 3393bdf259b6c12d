-- $1 city
select account from account where district = $1 limit 1
