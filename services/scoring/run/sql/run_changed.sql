-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run: the candidates of its panel as they are now
select a.subject_id, a.subject_kind, a.enterprise_id, a.state, a.since
  from run r
  join panel_candidate k on k.district = r.district and k.panel_id = r.panel_id
  join candidate a on a.district = k.district and a.application_id = k.application_id
 where r.district = $1 and r.run_id = $2
 order by a.subject_id collate "C"
