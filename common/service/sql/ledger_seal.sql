-- $1 district, $2 ledger, $3 first, $4 last, $5 algorithm, $6 root, $7 hash: the seal, and the head behind it.
with h as (
    update ledger_head set seq = $4::bigint, hash = $7::bytea where district = $1 and ledger = $2
)
insert into seal (district, ledger, first, last, algorithm, root, hash) values ($1, $2, $3::bigint, $4::bigint, $5, $6::bytea, $7::bytea)
