-- $1 district $2 notice $3 revision $4 old state $5 new state $6 publish at $7 start day $8 end day
update notice set state = $5, publish_at = $6, start_day = $7::date, end_day = $8::date, revision = revision + 1
where district = $1 and notice_id = $2 and revision = $3 and state = $4
