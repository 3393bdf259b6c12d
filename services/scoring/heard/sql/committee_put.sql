-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 committee, $3 name, $4 its compound
insert into committee (district, committee_id, name, site_id) values ($1, $2, $3, $4)
on conflict (district, committee_id) do update set name = excluded.name, site_id = excluded.site_id
