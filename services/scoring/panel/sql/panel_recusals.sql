-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 one expert or null; set aside: he had cast a ballot by then
select r.expert_id, r.subject_id, r.kind, r.note, r.recorded_at,
       exists (select from ballot b
                where b.district = r.district and b.panel_id = r.panel_id and b.subject_id = r.subject_id and b.expert_id = r.expert_id) as set_aside
  from standing_recusal r
 where r.district = $1 and r.panel_id = $2 and ($3::text is null or r.expert_id = $3)
 order by r.expert_id collate "C", r.subject_id collate "C"
