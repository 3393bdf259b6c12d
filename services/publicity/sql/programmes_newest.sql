-- $1 district: all programmes, the newest first, whole: for honours older than all programmes known here
select document_sha256, document from programme where district = $1 order by year desc, programme_id desc
