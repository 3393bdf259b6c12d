-- $1 district $2 list $3 subject $4 category $5 group $6 name $7 score $8 rank $9 state $10 enterprise $11 its name $12 subdistrict
insert into entry (district, list_id, subject_id, category, grp, name, score_milli, rank, state, enterprise_id,
                   enterprise_name, subdistrict)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
