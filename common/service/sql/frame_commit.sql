-- binary
-- One district's part of a transaction: $1 district, $2 wall time, $3 the latest business time, $4 algorithm of the seals.
-- The log: $5 rows, $6 their root, $7 the seal's hash (null: sha256, made here), $8.. the columns.
-- The stream: $20 rows, $21 root, $22 hash, $23.. the columns. No head: the seq is null and the statement fails.
with h as (
    update head
       set log_seq = log_seq + $5::bigint,
           log_hash = case when $5::bigint = 0 then log_hash
                           else coalesce($7::bytea, sha256('\x02'::bytea || log_hash || $6::bytea || int8send(log_seq + 1) || int8send(log_seq + $5::bigint))) end,
           stream_seq = stream_seq + $20::bigint,
           stream_hash = case when $20::bigint = 0 then stream_hash
                              else coalesce($22::bytea, sha256('\x02'::bytea || stream_hash || $21::bytea || int8send(stream_seq + 1) || int8send(stream_seq + $20::bigint))) end,
           at = greatest(at, $3::timestamptz)
     where district = $1
    returning log_seq, log_hash, stream_seq, stream_hash
), seals as (
    insert into seal (district, ledger, first, last, algorithm, root, hash)
    select $1, 'log', h.log_seq - $5::bigint + 1, h.log_seq, $4, $6::bytea, h.log_hash from h where $5::bigint > 0
    union all
    select $1, 'stream', h.stream_seq - $20::bigint + 1, h.stream_seq, $4, $21::bytea, h.stream_hash from h where $20::bigint > 0
), events as (
    insert into stream (district, seq, wall_at, digest, event_id, type, at, cause_id, trace_id, account, may_skip, payload)
    select $1, h.stream_seq - $20::bigint + e.n, $2::timestamptz, e.digest, e.id, e.type, e.at, e.cause, e.trace, e.account, e.may_skip, e.payload
      from unnest($23::bytea[], $24::uuid[], $25::text[], $26::timestamptz[], $27::uuid[], $28::text[], $29::text[], $30::boolean[], $31::bytea[])
           with ordinality as e (digest, id, type, at, cause, trace, account, may_skip, payload, n)
      left join h on true
), entries as (
    insert into log (district, seq, wall_at, digest, message_id, type, at, account, trace_id, request_digest,
                     outcome, code, field, note, reply)
    select $1, h.log_seq - $5::bigint + e.n, $2::timestamptz, e.digest, e.id, e.type, e.at, e.account, e.trace, e.request,
           e.outcome, e.code, e.field, e.note, e.reply
      from unnest($8::bytea[], $9::uuid[], $10::text[], $11::timestamptz[], $12::text[], $13::text[], $14::bytea[],
                  $15::text[], $16::text[], $17::text[], $18::text[], $19::bytea[])
           with ordinality as e (digest, id, type, at, account, trace, request, outcome, code, field, note, reply, n)
      left join h on true
), ids as (
    insert into message (id, district, seq, wall_at)
    select e.id, $1, h.log_seq - $5::bigint + e.n, $2::timestamptz
      from unnest($9::uuid[]) with ordinality as e (id, n), h
)
select log_seq, log_hash, stream_seq, stream_hash from h
