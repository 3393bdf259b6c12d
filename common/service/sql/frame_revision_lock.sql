select rev, at, account from revision where district = $1 and thing = $2 and thing_id = $3 for update
