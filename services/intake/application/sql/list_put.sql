-- $1 district, $2 programme, $3 list
insert into list (district, programme_id, list_id) values ($1, $2, $3)
on conflict (district, programme_id) do update set list_id = excluded.list_id
