-- binary
-- $1 ledger or null, $2 district or null: the files there are, of each chain in its order
select ledger, to_char(month, 'YYYY-MM') as month, district, first, last, hash, file, file_sha256
  from archive
 where ($1::text is null or ledger = $1) and ($2::text is null or district = $2)
 order by ledger collate "C", district collate "C", first
