-- $1 district, $2 source, $3 rank; of each row: $4 at, $5 position, $6 kind, $7 programme, $8 subject, $9 name,
-- $10 summary, $11 account, $12 payload
insert into reporting_aside.timeline (district, source, rank, at, position, kind, programme_id, subject_id, name, summary, account, payload)
select $1, $2, $3, at, position, kind, programme_id, subject_id, name, summary, account, payload
  from unnest($4::timestamptz[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])
    e(at, position, kind, programme_id, subject_id, name, summary, account, payload)
