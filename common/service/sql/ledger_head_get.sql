-- binary
-- $1 district, $2 ledger: where it ends
select seq, hash from ledger_head where district = $1 and ledger = $2
union all
select case $2 when 'log' then log_seq else stream_seq end, case $2 when 'log' then log_hash else stream_hash end
  from head where district = $1 and $2 in ('stream', 'log')
