-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel
select expert_id, subject_id, kind, note from standing_recusal where district = $1 and panel_id = $2
 order by expert_id collate "C", subject_id collate "C"
