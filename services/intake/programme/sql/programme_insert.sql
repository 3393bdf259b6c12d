-- $1 district, $2 programme, $3 version, $4 title, $5 year, $6 document, $7 its hash, $8 at, $9 account, $10 reason, $11 document and $12
-- day of the supplementary decision, or nulls
insert into programme (district, programme_id, version, title, year, document, document_sha256, published_at, account, authority_reason,
    authority_document, authority_day)
values ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz, $9, $10, $11, $12::date)
