-- $1 district, $2 source, $3 rank of the source; of each row: $4 at in microseconds since 1970, $5 position, $6 kind, $7 programme,
-- $8 subject, $9 name, $10 summary, $11 account; $12 all payloads one after the other, $13 where each begins, from 1, $14 its bytes
insert into timeline (district, source, rank, at, position, kind, programme_id, subject_id, name, summary, account, payload)
select $1, $2, $3, timestamptz '1970-01-01 00:00:00+00' + at / 1000000 * interval '1 second' + at % 1000000 * interval '1 microsecond',
       position, kind, programme_id, subject_id, name, summary, account, substring($12::bytea from begins::integer for size::integer)
  from unnest($4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $13::bigint[], $14::bigint[])
    e(at, position, kind, programme_id, subject_id, name, summary, account, begins, size)
