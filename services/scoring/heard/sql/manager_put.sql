-- SPDX-License-Identifier: Apache-2.0
-- $1 city, $2 manager, $3 name, $4 enterprise
insert into manager (district, manager_id, name, enterprise_id)
values ($1, $2, $3, $4)
on conflict (district, manager_id) do update set name = excluded.name, enterprise_id = excluded.enterprise_id
