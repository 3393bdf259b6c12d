-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 expert, $4 subject, $5 correction
update recusal set withdrawn_by = $5
 where district = $1 and panel_id = $2 and expert_id = $3 and subject_id = $4 and withdrawn_by = ''
