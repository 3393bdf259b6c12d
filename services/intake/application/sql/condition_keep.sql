-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application, $3 condition, $4 fact, $5 whether it is met: as it is handed in or accepted
insert into application_condition (district, application_id, condition_id, fact, met, before)
values ($1, $2::uuid, $3, $4, $5, $4)
on conflict (district, application_id, condition_id) do update
   set fact = excluded.fact, met = excluded.met, before = excluded.before, by_kind = null, by_id = null, by_at = null
