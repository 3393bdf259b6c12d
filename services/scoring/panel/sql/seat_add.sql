-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert: a seat, or one that was given up again
insert into panel_expert as e (district, panel_id, expert_id) values ($1, $2, $3)
on conflict (district, panel_id, expert_id) do update set left_at = null, left_reason = null where e.left_at is not null
