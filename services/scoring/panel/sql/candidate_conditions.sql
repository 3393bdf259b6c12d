-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 subject
select f.condition_id, f.title, f.fact, f.rule_limit, f.met, f.source
  from panel_candidate k
  join candidate_condition f on f.district = k.district and f.application_id = k.application_id
 where k.district = $1 and k.panel_id = $2 and k.subject_id = $3
 order by f.n
