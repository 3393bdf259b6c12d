-- $1 district, $2 programme, $3 version, $4 title, $5 year, $6 document, $7 its hash, $8 at, $9 account
insert into programme (district, programme_id, version, title, year, document, document_sha256, published_at, account)
values ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz, $9)
