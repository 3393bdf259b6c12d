-- $1 district, $2 application, $3 version, $4 names, $5 values
insert into application_field (district, application_id, version, place, name, value)
select $1, $2::uuid, $3, u.place, u.name, u.value
  from unnest($4::text[], $5::text[]) with ordinality as u(name, value, place)
