-- $1 districts, $2 chains: lock these heads, always in the same order, so that two commits cannot deadlock.
select h.district, h.chain, h.position, h.hash
  from chain_head h
  join unnest($1::text[], $2::text[]) as w (district, chain)
    on h.district = w.district and h.chain = w.chain
 order by h.district collate "C", h.chain collate "C"
   for no key update of h
