select position, state from subscription where district = $1 and source = $2
