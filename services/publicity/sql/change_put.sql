-- $1 district $2 change $3 subject $4 kind $5 day $6 site $7 into $8 name $9 at $10 position
insert into subject_change (district, change_id, subject_id, kind, on_day, site_id, into_id, name, at, position)
values ($1, $2, $3, $4, $5::date, $6, $7, $8, $9, $10)
