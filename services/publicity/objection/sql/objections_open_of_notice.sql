-- $1 district $2 notice
select count(*) as n from objection where district = $1 and notice_id = $2 and state in ('received', 'investigating')
