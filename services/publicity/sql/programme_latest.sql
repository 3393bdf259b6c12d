-- $1 district: the newest programme, for honours older than all programmes known here; $2 hashes of texts that are kept already (published.h)
select document_sha256, case when document_sha256 <> all ($2::text[]) then document end as document
  from programme where district = $1 order by year desc, programme_id desc limit 1
