-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 programme, $3 version, $4 title, $5 year, $6 document, $7 its sha256, $8 when it was published; an older version never replaces a newer
insert into programme (district, programme_id, version, title, year, document, document_sha256, published_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (district, programme_id) do update
   set version = excluded.version, title = excluded.title, year = excluded.year, document = excluded.document,
       document_sha256 = excluded.document_sha256,
       published_at = excluded.published_at
 where programme.version < excluded.version
