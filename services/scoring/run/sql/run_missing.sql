-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run, $3 city, $4 kinds of changes that end, $5 today: accepted candidates that stand and were not before the run's panel
select a.subject_id
  from run r
  join candidate a on a.district = r.district and a.programme_id = r.programme_id
 where r.district = $1 and r.run_id = $2 and candidate_out(a, $3, $4::text[], $5::date) is null
   and not exists (select from panel_candidate k
                    where k.district = r.district and k.panel_id = r.panel_id and k.subject_id = a.subject_id)
 order by a.subject_id collate "C"
 limit 1
