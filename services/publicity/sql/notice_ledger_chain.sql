-- $1 district $2 after $3 how many
select seq, algorithm, prev_hash, hash, notice_id, version, what, account, iso(at), content_sha256, content, start_day, end_day
from notice_ledger where district = $1 and seq > $2
order by seq limit $3
