-- SPDX-License-Identifier: Apache-2.0
-- $1 district, $2 city, $3 panel, $4 today: experts who work for a candidate or whoever serves it, live in it, or have a link to it, and do
-- not stand aside yet. Whoever serves it: by the application, or by a project that runs today or later. An enterprise merged into
-- another goes on in it: those joined by mergers are one. A committee's place is its compound.
with recursive stands as (
    select k.subject_id, coalesce(c.site_id, k.subject_id) as place, a.enterprise_id from panel_candidate k
      join candidate a on a.district = k.district and a.application_id = k.application_id
      left join committee c on c.district = k.district and c.committee_id = k.subject_id
     where k.district = $1 and k.panel_id = $3
), merged (one, other) as (
    select subject_id, into_id from subject_change
     where district in ($1, $2) and kind = 'merged' and into_id is not null and on_day <= $4::date
     union
    select into_id, subject_id from subject_change
     where district in ($1, $2) and kind = 'merged' and into_id is not null and on_day <= $4::date
), served (subject_id, id) as (
    select subject_id, subject_id from stands
     union select subject_id, enterprise_id from stands where enterprise_id is not null
     union select s.subject_id, p.enterprise_id from stands s
             join project p on p.district = $1 and p.site_id = s.place and (p.to_day is null or p.to_day >= $4::date)
), ties (subject_id, id) as (
    select subject_id, id from served
     union
    select t.subject_id, m.other from ties t join merged m on m.one = t.id
)
select distinct on (f.expert_id, f.subject_id) f.expert_id, f.subject_id, f.kind, f.note,
       exists (select from counted_ballot b
                where b.district = $1 and b.panel_id = $3 and b.subject_id = f.subject_id and b.expert_id = f.expert_id) as voted
  from (select e.expert_id, t.subject_id, 1 as n, 'employer' as kind, e.employer as note
          from expert e join ties t on t.id = e.employer where e.district = $2
         union all
        select e.expert_id, s.subject_id, 2, 'residence', e.residence
          from expert e join stands s on s.place = e.residence where e.district = $2
         union all
        select l.expert_id, t.subject_id, 3, 'link', l.enterprise_id
          from expert_link l join ties t on t.id = l.enterprise_id where l.district = $2) f
  join panel_expert x on x.district = $1 and x.panel_id = $3 and x.expert_id = f.expert_id and x.left_at is null
 where not exists (select from standing_recusal r
                    where r.district = $1 and r.panel_id = $3 and r.expert_id = f.expert_id and r.subject_id = f.subject_id)
 order by f.expert_id, f.subject_id, f.n, f.note
