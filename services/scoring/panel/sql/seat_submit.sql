-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert, $4 now, $5 digest of the ballots
update panel_expert set submitted_at = $4, ballots_sha256 = $5
 where district = $1 and panel_id = $2 and expert_id = $3 and submitted_at is null
