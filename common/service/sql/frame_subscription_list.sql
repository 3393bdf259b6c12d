select source, district, position, state, event_id, event_type, error, failed_at, attempts
  from subscription
 where district = any ($1::text[])
 order by source, district
