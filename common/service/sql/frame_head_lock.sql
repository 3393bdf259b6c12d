-- binary
select log_seq, log_hash, stream_seq, stream_hash from head where district = $1 for no key update
