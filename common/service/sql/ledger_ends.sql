-- binary
-- $1 ledger, $2 districts: where their heads stand; 0 where there is none
select d.district, coalesce(case $1 when 'stream' then h.stream_seq when 'log' then h.log_seq else l.seq end, 0) as seq
  from unnest($2::text[]) as d (district)
  left join ledger_head l on l.district = d.district and l.ledger = $1
  left join head h on h.district = d.district
