-- SPDX-License-Identifier: Apache-2.0
-- $1 city, $2 enterprise, $3 name
insert into enterprise (district, enterprise_id, name)
values ($1, $2, $3)
on conflict (district, enterprise_id) do update set name = excluded.name
