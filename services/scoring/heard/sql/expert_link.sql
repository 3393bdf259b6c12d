-- SPDX-License-Identifier: Apache-2.0
-- $1 city, $2 expert, $3 enterprises
insert into expert_link (district, expert_id, enterprise_id)
select $1, $2, e from unnest($3::text[]) as e
on conflict do nothing
