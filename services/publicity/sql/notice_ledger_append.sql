-- $1 district $2 seq $3 algorithm $4 previous hash $5 hash $6 notice $7 version $8 what $9 account $10 at $11 sha256
-- $12 content $13 start day $14 end day
insert into notice_ledger (district, seq, algorithm, prev_hash, hash, notice_id, version, what, account, at, content_sha256,
                           content, start_day, end_day)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::date, $14::date)
