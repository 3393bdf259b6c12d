-- $1 district, $2 programme: all versions, oldest first
select version, document, document_sha256, published_at, authority_reason, authority_document, authority_day
  from programme where district = $1 and programme_id = $2 order by version
