-- $1 district $2 honour $3 old plaque state $4 new plaque state $5 receipt
update honour set plaque_state = $4, receipt = $5 where district = $1 and honour_id = $2 and plaque_state = $3
