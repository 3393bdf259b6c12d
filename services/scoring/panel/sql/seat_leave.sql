-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert, $4 now, $5 why
update panel_expert set left_at = $4, left_reason = $5 where district = $1 and panel_id = $2 and expert_id = $3 and left_at is null
