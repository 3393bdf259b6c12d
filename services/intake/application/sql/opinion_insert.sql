-- $1 district, $2 application, $3 opinion, $4 role, $5 at, $6 account, $7 version of the form
insert into opinion (district, application_id, opinion_id, by_role, at, account, version)
values ($1, $2::uuid, $3::uuid, $4, $5::timestamptz, $6, $7)
