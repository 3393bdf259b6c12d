-- binary
-- where every chain stands that has a row
select 'log' as ledger, district, log_seq as last, log_hash as hash from head where log_seq > 0
union all
select 'stream', district, stream_seq, stream_hash from head where stream_seq > 0
union all
select ledger, district, seq, hash from ledger_head where seq > 0
 order by 1, 2
