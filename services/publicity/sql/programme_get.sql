-- $1 district, $2 programme, $3 hashes of texts that are kept already (published.h)
select document_sha256, case when document_sha256 <> all ($3::text[]) then document end as document
  from programme where district = $1 and programme_id = $2
