-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 site, $3 kind, $4 name, $5 subdistrict
insert into site (district, site_id, kind, name, subdistrict)
values ($1, $2, $3, $4, $5)
on conflict (district, site_id) do update
   set kind = excluded.kind, name = excluded.name, subdistrict = excluded.subdistrict
