-- $1 district: the newest programme, for honours older than all programmes known here
select document from programme where district = $1 order by year desc, programme_id desc limit 1
