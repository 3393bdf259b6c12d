-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel
select expert_id from panel_expert where district = $1 and panel_id = $2 and left_at is null and submitted_at is null order by expert_id collate "C"
