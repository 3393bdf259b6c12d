-- binary
-- $1 district, $2 ledgers: lock these heads, always in the same order, so that two commits cannot deadlock.
select ledger, seq, hash from ledger_head where district = $1 and ledger = any ($2::text[])
 order by ledger collate "C"
   for no key update
