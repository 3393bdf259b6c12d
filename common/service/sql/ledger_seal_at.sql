-- binary
-- $1 district, $2 ledger, $3 seq: the seal over that row
select first, last, algorithm, root, hash from seal where district = $1 and ledger = $2 and last >= $3::bigint order by last limit 1
