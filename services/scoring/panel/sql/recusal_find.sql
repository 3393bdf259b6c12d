-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 city, $3 panel, $4 today: experts who work for a candidate or whoever serves it, live in it, or have a link to it.
-- Of an owners' committee: who serves its compound, who lives there. Whoever serves it: by the application, or by a project that runs today or later.
with stands as (
    select k.subject_id, a.enterprise_id, coalesce(o.site_id, k.subject_id) as place from panel_candidate k
      join candidate a on a.district = k.district and a.application_id = k.application_id
      left join committee o on o.district = k.district and o.committee_id = k.subject_id
     where k.district = $1 and k.panel_id = $3
), ties as (
    select subject_id, subject_id as id from stands
     union select subject_id, enterprise_id from stands where enterprise_id is not null
     union select s.subject_id, p.enterprise_id from stands s
             join project p on p.district = $1 and p.site_id = s.place and (p.to_day is null or p.to_day >= $4::date)
)
select distinct on (f.expert_id, f.subject_id) f.expert_id, f.subject_id, f.kind, f.note
  from (select e.expert_id, t.subject_id, 1 as n, 'employer' as kind, e.employer as note
          from expert e join ties t on t.id = e.employer where e.district = $2
         union all
        select e.expert_id, s.subject_id, 2, 'residence', e.residence
          from expert e join stands s on s.place = e.residence where e.district = $2
         union all
        select l.expert_id, t.subject_id, 3, 'link', l.enterprise_id
          from expert_link l join ties t on t.id = l.enterprise_id where l.district = $2) f
  join panel_expert x on x.district = $1 and x.panel_id = $3 and x.expert_id = f.expert_id
 order by f.expert_id, f.subject_id, f.n, f.note
