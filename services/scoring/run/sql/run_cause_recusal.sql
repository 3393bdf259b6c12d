-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert, $4 subject: the recusal that stands
select recorded_at from standing_recusal where district = $1 and panel_id = any(string_to_array($2, ' ')) and expert_id = $3 and subject_id = $4
