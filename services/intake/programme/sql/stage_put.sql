-- $1 district, $2 programme, $3 stage, $4 begins at, $5 ends at, $6 state
insert into stage (district, programme_id, stage, begins_at, ends_at, state)
values ($1, $2, $3, $4::timestamptz, $5::timestamptz, $6)
on conflict (district, programme_id, stage) do update set begins_at = excluded.begins_at, ends_at = excluded.ends_at, state = excluded.state
