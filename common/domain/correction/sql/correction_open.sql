select correction_id from correction
where district = $1 and kind = $2 and target_id = $3 and state = 'proposed'
