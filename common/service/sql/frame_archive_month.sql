-- $1 ledger, $2 the month's first day, $3 districts, $4 and $5 their first and last rows, $6 the seals' hashes, $7 files, $8 their
-- SHA-256: take the month out. As many rows were of another month's instant
select frame_archive_month($1::text, $2::date, $3::text[], $4::bigint[], $5::bigint[], $6::bytea[], $7::text[], $8::bytea[]) as deleted
