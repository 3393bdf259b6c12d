-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run: candidates that were not before the run's panel
select a.subject_id, a.subject_kind, a.enterprise_id, a.state, a.since
  from run r
  join candidate a on a.district = r.district and a.programme_id = r.programme_id
 where r.district = $1 and r.run_id = $2
   and not exists (select from panel_candidate k
                    where k.district = r.district and k.panel_id = any(string_to_array(r.panel_id, ' ')) and k.subject_id = a.subject_id)
 order by a.subject_id collate "C"
