-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert: his seat
select expert_id, statement_at, submitted_at, ballots_sha256 from panel_expert where district = $1 and panel_id = $2 and expert_id = $3 and left_at is null
