-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 the expert who asks or '': the candidates that still stand
select k.subject_id, a.category, a.name, coalesce(b.n, 0) as ballots, coalesce(x.n, 0) as recused, i.total_milli, i.grade,
       (select m.points_milli from counted_ballot m
         where m.district = $1 and m.panel_id = $2 and m.subject_id = k.subject_id and m.expert_id = $3) as my_points,
       exists (select from standing_recusal m
                where m.district = $1 and m.panel_id = $2 and m.subject_id = k.subject_id and m.expert_id = $3) as recused_me,
       row_number() over (order by sha256(convert_to($2 || ' ' || $3 || ' ' || k.subject_id, 'UTF8'))) as order_n
  from panel_candidate k
  join panel p on p.district = k.district and p.panel_id = k.panel_id
  join candidate a on a.district = k.district and a.application_id = k.application_id and a.state = 'accepted'
  left join (select subject_id, count(*) as n from counted_ballot where district = $1 and panel_id = $2 group by 1) b
         on b.subject_id = k.subject_id
  left join (select subject_id, count(*) as n from standing_recusal where district = $1 and panel_id = $2 group by 1) x
         on x.subject_id = k.subject_id
  left join current_inspection i
         on i.district = k.district and i.programme_id = p.programme_id and i.subject_id = k.subject_id
 where k.district = $1 and k.panel_id = $2
 order by k.subject_id collate "C"
