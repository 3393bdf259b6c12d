-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 "panel/expert/subject": how that expert stands aside, and in which panel
select r.panel_id, r.expert_id, r.subject_id, r.kind, p.programme_id, p.title as name, p.state
  from standing_recusal r join panel p on p.district = r.district and p.panel_id = r.panel_id
 where r.district = $1 and r.panel_id || '/' || r.expert_id || '/' || r.subject_id = $2
