-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 case, $3 material, $4 names, $5 items, $6 cells, $7 values
insert into case_form_field (district, case_id, material_id, place, name, item, cell, value)
select $1, $2, $3, u.place, u.name, u.item::bigint, u.cell, u.value
  from unnest($4::text[], $5::text[], $6::text[], $7::text[]) with ordinality as u(name, item, cell, value, place)
