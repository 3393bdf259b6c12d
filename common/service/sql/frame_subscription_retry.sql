update subscription set state = 'following' where district = $1 and source = $2 and state in ('parked', 'unknown')
