-- $1 district, $2 source, $3 rank of the source; of each row: $4 at, $5 position, $6 kind, $7 programme,
-- $8 subject, $9 name, $10 summary, $11 account, $12 payload
insert into timeline (district, source, rank, at, position, kind, programme_id, subject_id, name, summary, account, payload)
select $1, $2, $3, unnest($4::timestamptz[]), unnest($5::bigint[]), unnest($6::text[]), unnest($7::text[]), unnest($8::text[]),
       unnest($9::text[]), unnest($10::text[]), unnest($11::text[]), unnest($12::bytea[])
