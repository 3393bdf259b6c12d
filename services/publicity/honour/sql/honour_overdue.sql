-- $1 district $2 honour
update honour set overdue = true where district = $1 and honour_id = $2 and plaque_state = 'recalled'
