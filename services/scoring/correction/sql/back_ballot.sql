-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 "panel/expert/subject": a ballot of it, and its panel
select b.subject_id, p.programme_id, p.title as name, null::text as subdistrict, 0::bigint as year, p.state
  from ballot b join panel p on p.district = b.district and p.panel_id = b.panel_id
 where b.district = $1 and b.panel_id || '/' || b.expert_id || '/' || b.subject_id = $2
 order by b.seq desc limit 1
