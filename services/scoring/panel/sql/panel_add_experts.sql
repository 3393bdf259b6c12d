-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 experts
insert into panel_expert (district, panel_id, expert_id) select $1, $2, e from unnest($3::text[]) as e
