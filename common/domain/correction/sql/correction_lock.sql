select record from correction where district = $1 and correction_id = $2 for update
