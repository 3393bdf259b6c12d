-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 application, $3 condition, $4 whether it is met, $5 what changed it, $6 its id, $7 when
insert into candidate_condition_now (district, application_id, condition_id, met, by_kind, by_id, at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (district, application_id, condition_id) do update
   set met = excluded.met, by_kind = excluded.by_kind, by_id = excluded.by_id, at = excluded.at
 where candidate_condition_now.met <> excluded.met
