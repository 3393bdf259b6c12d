update correction set state = $4, record = $5
where district = $1 and correction_id = $2 and state = $3
