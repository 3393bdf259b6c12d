-- $1 districts, $2 chains: heads of chains that have no row yet.
insert into chain_head (district, chain, position, hash)
select w.district, w.chain, 0, decode(repeat('00', 32), 'hex')
  from unnest($1::text[], $2::text[]) as w (district, chain)
 order by w.district collate "C", w.chain collate "C"
on conflict (district, chain) do nothing
