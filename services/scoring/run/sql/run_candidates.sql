-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panels, with blanks between: its candidates as they are now, how many experts stand aside, and what changed a condition last (one that is unmet first)
select a.subject_id, a.subject_kind, a.category, a.name, a.enterprise_id, a.enterprise_name, a.subdistrict, a.state, a.since, a.application_id, k.panel_id,
       coalesce(x.n, 0) as recused, u.met, u.by_kind, u.by_id, u.at as by_at
  from panel_candidate k
  join candidate a on a.district = k.district and a.application_id = k.application_id
  left join (select subject_id, count(*) as n from standing_recusal where district = $1 and panel_id = any(string_to_array($2, ' ')) group by 1) x
         on x.subject_id = k.subject_id
  left join lateral (select n.met, n.by_kind, n.by_id, n.at
                       from candidate_condition_now n
                      where n.district = a.district and n.application_id = a.application_id
                      order by n.met, n.at desc, n.condition_id
                      limit 1) u on true
 where k.district = $1 and k.panel_id = any(string_to_array($2, ' '))
 order by a.subject_id collate "C"
