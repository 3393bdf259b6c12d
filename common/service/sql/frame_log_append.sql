insert into log (district, seq, algorithm, prev_hash, hash, message_id, type, at, account, trace_id, request_digest,
                 outcome, code, field, note, reply)
values ($1, $2, $3, $4, $5, $6::uuid, $7, $8::timestamptz, $9, $10, $11, $12, $13, $14, $15, $16)
