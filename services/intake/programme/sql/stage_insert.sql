-- $1 district, $2 programme, $3 stage, $4 begins at, $5 ends at
insert into stage (district, programme_id, stage, begins_at, ends_at, state)
values ($1, $2, $3, $4::timestamptz, $5::timestamptz, 'waiting')
