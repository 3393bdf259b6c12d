-- $1 district $2 honour $3 old plaque state $4 new plaque state $5 whether it is overdue at once
update honour set plaque_state = $4, receipt = null, overdue = $5::boolean
where district = $1 and honour_id = $2 and plaque_state = $3
