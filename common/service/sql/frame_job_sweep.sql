-- cancelled while nobody was there any more
update job set state = 'cancelled', changed_at = clock_timestamp()
 where state = 'cancelling' and changed_at < clock_timestamp() - interval '15 seconds'
