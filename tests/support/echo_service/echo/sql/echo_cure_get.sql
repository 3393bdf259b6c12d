select key from cure where district = $1 and key = $2
