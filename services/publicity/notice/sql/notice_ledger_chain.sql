-- binary
-- $1 district $2 after $3 how many
select seq, digest, wall_at, notice_id, version, what, account, at, content_sha256, content, start_day::text, end_day::text
from notice_ledger where district = $1 and seq > $2::bigint
order by seq limit $3::bigint
