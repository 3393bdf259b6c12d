-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel: its candidates as they are now, their counted ballots, and how many experts may vote on them
select k.subject_id, a.subject_kind, a.enterprise_id, a.state, a.since, coalesce(b.n, 0) as ballots,
       (select count(*) from panel_expert e where e.district = $1 and e.panel_id = $2 and e.left_at is null) - coalesce(x.n, 0) as free
  from panel_candidate k
  join candidate a on a.district = k.district and a.application_id = k.application_id
  left join (select subject_id, count(*) as n from counted_ballot where district = $1 and panel_id = $2 group by 1) b
         on b.subject_id = k.subject_id
  left join (select subject_id, count(*) as n from standing_recusal where district = $1 and panel_id = $2 group by 1) x
         on x.subject_id = k.subject_id
 where k.district = $1 and k.panel_id = $2
 order by k.subject_id collate "C"
