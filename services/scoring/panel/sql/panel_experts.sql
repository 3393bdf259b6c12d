-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 panel, $3 city, $4 one expert or null: the seats, on how many candidates each may vote and on how many of these he has
with stands as (
    select k.subject_id
      from panel_candidate k
      join candidate a on a.district = k.district and a.application_id = k.application_id and a.state = 'accepted'
     where k.district = $1 and k.panel_id = $2
)
select e.expert_id, x.name, e.statement_at, e.submitted_at, e.left_at, e.left_reason,
       (select count(*) from stands s
         where not exists (select from standing_recusal r
                            where r.district = $1 and r.panel_id = $2 and r.expert_id = e.expert_id and r.subject_id = s.subject_id)) as due,
       (select count(*) from counted_ballot b join stands s on s.subject_id = b.subject_id
         where b.district = $1 and b.panel_id = $2 and b.expert_id = e.expert_id) as voted
  from panel_expert e
  left join expert x on x.district = $3 and x.expert_id = e.expert_id
 where e.district = $1 and e.panel_id = $2 and ($4::text is null or e.expert_id = $4)
 order by e.expert_id collate "C"
