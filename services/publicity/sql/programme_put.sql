-- $1 district $2 programme $3 version $4 year $5 document $6 sha256; an older version never replaces a newer one
insert into programme (district, programme_id, version, year, document, document_sha256)
values ($1, $2, $3, $4, $5, $6)
on conflict (district, programme_id) do update
set version = excluded.version, year = excluded.year, document = excluded.document,
    document_sha256 = excluded.document_sha256
where programme.version < excluded.version
