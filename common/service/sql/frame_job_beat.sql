-- $1 instance: what it works on is still its own
update job set changed_at = clock_timestamp() where instance = $1::uuid and state in ('running', 'cancelling')
