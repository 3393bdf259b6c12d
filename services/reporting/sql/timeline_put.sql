-- $1 district, $2 source, $3 rank of the source, $4 at, $5 position, $6 kind, $7 programme, $8 subject, $9 name, $10 summary, $11 account, $12 payload
insert into timeline (district, source, rank, at, position, kind, programme_id, subject_id, name, summary, account, payload)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
