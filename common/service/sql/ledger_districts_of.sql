-- $1 ledger: every district that has a head or rows of it
select district from ledger_head where ledger = $1
union select district from head where $1 in ('stream', 'log')
union select d.district from ledger_districts($1) as d (district)
order by 1
