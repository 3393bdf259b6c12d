insert into stream (district, seq, algorithm, prev_hash, hash, event_id, type, at, cause_id, trace_id, account, payload)
values ($1, $2, $3, $4, $5, $6::uuid, $7, $8::timestamptz, $9::uuid, $10, $11, $12)
