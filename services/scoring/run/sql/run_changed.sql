-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 run, $3 city, $4 kinds of changes that end, $5 today: subjects that do not stand any more
select k.subject_id
  from run r
  join panel_candidate k on k.district = r.district and k.panel_id = r.panel_id
  join candidate a on a.district = k.district and a.application_id = k.application_id
 where r.district = $1 and r.run_id = $2 and candidate_out(a, $3, $4::text[], $5::date) is not null
 order by k.subject_id collate "C"
