delete from timer where district = $1 and kind = $2 and key = $3
