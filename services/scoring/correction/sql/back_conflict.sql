-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 "panel/expert/subject": how that expert stands aside, in which panel, and whether there is a ballot that would count again
select r.panel_id, r.expert_id, r.subject_id, r.kind, p.programme_id, p.title as name, p.state,
       (select count(*) from counted_ballot b where b.district = $1 and b.panel_id = r.panel_id and b.subject_id = r.subject_id) as ballots,
       exists (select from ballot b where b.district = $1 and b.panel_id = r.panel_id and b.subject_id = r.subject_id
                  and b.expert_id = r.expert_id) as voted
  from standing_recusal r join panel p on p.district = r.district and p.panel_id = r.panel_id
 where r.district = $1 and r.panel_id || '/' || r.expert_id || '/' || r.subject_id = $2
