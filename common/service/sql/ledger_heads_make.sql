-- $1 districts, $2 ledgers, $3 genesis: heads of ledgers that have no row yet.
insert into ledger_head (district, ledger, hash)
select w.district, w.ledger, w.genesis
  from unnest($1::text[], $2::text[], $3::bytea[]) as w (district, ledger, genesis)
 order by w.district collate "C", w.ledger collate "C"
on conflict (district, ledger) do nothing
