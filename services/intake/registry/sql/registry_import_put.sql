-- $1 district $2 import $3 kind $4 at $5 account $6 file $7 added $8 changed $9 unchanged $10 refused $11 the rows refused
insert into registry_import (district, import_id, kind, imported_at, account, file_sha256, added, changed, unchanged, refused, refused_rows)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
