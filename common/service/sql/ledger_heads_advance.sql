-- $1 districts, $2 chains, $3 positions, $4 hashes in hex: the heads after the rows just appended.
update chain_head h
   set position = w.position, hash = decode(w.hash, 'hex')
  from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as w (district, chain, position, hash)
 where h.district = w.district and h.chain = w.chain
