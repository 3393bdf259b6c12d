select text, writes from item where district = $1 and key = $2
