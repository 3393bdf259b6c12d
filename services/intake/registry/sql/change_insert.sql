-- $1 district, $2 id, $3 subject, $4 kind, $5 on which day, $6 old name, $7 new name, $8 into, $9 site, $10 document, $11 at, $12 account
-- $13 district that was left, or null
insert into change (district, change_id, subject_id, kind, on_day, old_name, new_name, into_id, site_id, document, at, account, left_district)
values ($1, $2::uuid, $3, $4, $5::date, $6, $7, $8, $9, $10, $11::timestamptz, $12, $13)
