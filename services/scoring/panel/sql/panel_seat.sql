-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert: his seat
select expert_id from panel_expert where district = $1 and panel_id = $2 and expert_id = $3
