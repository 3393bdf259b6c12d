-- $1 district (the city), $2 enterprise, $3 name, $4 area in m2 or null
insert into enterprise (district, enterprise_id, name, area_m2) values ($1, $2, $3, $4)
on conflict (district, enterprise_id) do update set name = excluded.name, area_m2 = excluded.area_m2
