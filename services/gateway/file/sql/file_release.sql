-- $1 city, $2 form as account, $3 what claimed its files
update file set claimed_by = null where district = $1 and account = $2 and claimed_by = $3
