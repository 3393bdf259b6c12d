-- $1 district, $2 application, $3 at, $4 account, $5 from, $6 to, $7 version, $8 reason, $9 document
insert into application_step (district, application_id, at, account, from_state, to_state, version, reason, document)
values ($1, $2::uuid, $3::timestamptz, $4, $5, $6, $7, $8, $9)
