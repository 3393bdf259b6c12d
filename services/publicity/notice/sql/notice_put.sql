-- $1 district $2 notice $3 programme $4 list $5 kind $6 number $7 title $8 state $9 basis $10 organisers $11 how to object
-- $12 contact $13 working days $14 count start day $15 sha256 $16 version $17 follows $18 at
insert into notice (district, notice_id, programme_id, list_id, kind, number, title, state, basis, organisers,
                    how_to_object, contact, working_days, count_start_day, content_sha256, version, follows, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
