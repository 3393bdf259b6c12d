-- $1 district (the city), $2 manager, $3 enterprise
insert into manager (district, manager_id, enterprise_id) values ($1, $2, $3)
on conflict (district, manager_id) do update set enterprise_id = excluded.enterprise_id
