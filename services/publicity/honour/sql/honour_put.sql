-- $1 district $2 honour $3 programme $4 list or null $5 category $6 title $7 subject $8 kind $9 name $10 year $11 state
-- $12 plaque $13 plaque state $14 enterprise $15 subdistrict $16 granted day or null $17 at
insert into honour (district, honour_id, programme_id, list_id, category, title, subject_id, subject_kind, name, year, state,
                    plaque, plaque_state, enterprise_id, subdistrict, granted_day, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::date, $17)
