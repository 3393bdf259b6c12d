-- $1 district $2 one import, or null $3 before this import, or null $4 how many
select i.import_id, i.kind, i.imported_at, i.account, i.file_sha256, i.added, i.changed, i.unchanged, i.refused
from registry_import i
where i.district = $1 and ($2::text is null or i.import_id = $2)
  and ($3::text is null or (i.imported_at, i.import_id) <
       (select a.imported_at, a.import_id from registry_import a where a.district = $1 and a.import_id = $3))
order by i.imported_at desc, i.import_id desc limit $4
