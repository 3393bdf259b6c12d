-- $1 district $2 notice $3 revision $4 old state $5 new state $6 whether its days are taken back, too
update notice set state = $5, revision = revision + 1,
       publish_at = case when $6::boolean then null else publish_at end,
       start_day = case when $6::boolean then null else start_day end,
       end_day = case when $6::boolean then null else end_day end
where district = $1 and notice_id = $2 and revision = $3 and state = $4
