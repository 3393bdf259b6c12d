-- $1 districts: this build may know what an earlier one did not
update subscription set state = 'following' where district = any ($1::text[]) and state = 'unknown'
