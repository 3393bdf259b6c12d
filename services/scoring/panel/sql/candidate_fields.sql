-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 subject
select f.name, f.value
  from panel_candidate k
  join candidate_field f on f.district = k.district and f.application_id = k.application_id
 where k.district = $1 and k.panel_id = $2 and k.subject_id = $3
 order by f.n
