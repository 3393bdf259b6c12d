-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert, $4 now: he declared, for the first time
update panel_expert set statement_at = $4 where district = $1 and panel_id = $2 and expert_id = $3 and statement_at is null
