-- SPDX-License-Identifier: Apache-2.0
-- $1 city, $2 expert, $3 name, $4 employer, $5 residence
insert into expert (district, expert_id, name, employer, residence)
values ($1, $2, $3, $4, $5)
on conflict (district, expert_id) do update
   set name = excluded.name, employer = excluded.employer, residence = excluded.residence
