-- binary
-- $1 districts, $2 ledgers, $3 seqs: for each of them where the chain stands, and the seal that ends at the seq, if one does
select case w.ledger when 'stream' then h.stream_seq when 'log' then h.log_seq else o.seq end as head, s.algorithm, s.hash
  from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as w (district, ledger, last, n)
  left join lateral (select stream_seq, log_seq from head where district = w.district limit 1) h on true
  left join lateral (select seq from ledger_head where district = w.district and ledger = w.ledger limit 1) o on true
  left join lateral (select algorithm, hash from seal where district = w.district and ledger = w.ledger and last = w.last limit 1) s on true
 order by w.n
