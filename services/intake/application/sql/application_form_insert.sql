-- $1 district, $2 application, $3 version, $4 names, $5 items, $6 cells, $7 values
insert into application_field (district, application_id, version, place, name, item, cell, value)
select $1, $2::uuid, $3, u.place, u.name, u.item::bigint, u.cell, u.value
  from unnest($4::text[], $5::text[], $6::text[], $7::text[]) with ordinality as u(name, item, cell, value, place)
