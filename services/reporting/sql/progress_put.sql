-- $1 district, $2 programme, $3 category, $4 step, $5 subject
insert into progress (district, programme_id, category, step, subject_id) values ($1, $2, $3, $4, $5) on conflict do nothing
