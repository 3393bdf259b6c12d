-- $1 district $2 list $3 place $4 kind $5 id $6 at or null $7 subject or null
insert into list_cause (district, list_id, place, kind, id, at, subject_id) values ($1, $2, $3, $4, $5, $6, $7)
