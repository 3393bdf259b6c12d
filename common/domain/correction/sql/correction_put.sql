insert into correction (district, correction_id, kind, target_id, state, at, record)
values ($1, $2, $3, $4, $5, $6, $7)
