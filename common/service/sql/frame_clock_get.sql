select at from clock where district = $1
