-- $1 district $2 objection $3 place $4 digest $5 name $6 type $7 size
insert into objection_file (district, objection_id, n, file_sha256, file_name, media_type, size) values ($1, $2, $3, $4, $5, $6, $7)
