-- $1 city, $2 account; changes of one account go one after the other
select account from account where district = $1 and account = $2 for update
