-- $1 chain: every district that has a head or rows of this ledger; position is null where the head is missing.
select coalesce(h.district, d.district) as district, h.position, h.hash
  from (select district, position, hash from chain_head where chain = $1) h
  full join ledger_districts($1) as d (district) on d.district = h.district
 order by 1
