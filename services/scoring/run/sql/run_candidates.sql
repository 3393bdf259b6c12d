-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel: its candidates as they are now, and how many experts stand aside
select a.subject_id, a.subject_kind, a.category, a.name, a.enterprise_id, a.enterprise_name, a.subdistrict, a.state, a.since, a.application_id,
       coalesce(x.n, 0) as recused
  from panel_candidate k
  join candidate a on a.district = k.district and a.application_id = k.application_id
  left join (select subject_id, count(*) as n from standing_recusal where district = $1 and panel_id = $2 group by 1) x
         on x.subject_id = k.subject_id
 where k.district = $1 and k.panel_id = $2
 order by a.subject_id collate "C"
