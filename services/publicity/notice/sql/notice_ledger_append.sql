-- $1 district $2 seq $3 wall time $4 digest $5 notice $6 version $7 what $8 account $9 at $10 sha256
-- $11 content $12 start day $13 end day
insert into notice_ledger (district, seq, wall_at, digest, notice_id, version, what, account, at, content_sha256,
                           content, start_day, end_day)
values ($1, $2, $3::timestamptz, $4, $5, $6, $7, $8, $9, $10, $11, $12::date, $13::date)
