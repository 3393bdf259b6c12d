-- $1 district $2 notices
select notice_id, body, body_name, account, signed_at from signature
where district = $1 and notice_id = any ($2::text[])
order by notice_id, ordinal
