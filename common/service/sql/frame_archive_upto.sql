-- binary
-- $1 ledger, $2 district: the last row that was archived, null if none was
select max(last) as last from archive where ledger = $1 and district = $2
