-- What was recorded by mistake: it stays where it is, and does not count.
create table set_aside (
    district text not null,
    thing text not null check (thing in ('incident', 'assessment', 'cancellation', 'material', 'sheet', 'ballot')),
    id text not null, -- of a ballot: panel/expert/subject, of a material: case/material
    correction_id text not null,
    at timestamptz not null,
    primary key (district, thing, id)
);
alter table list add column withdrawn_at timestamptz;

create or replace view counted_ballot as
select distinct on (b.district, b.panel_id, b.subject_id, b.expert_id)
       b.district, b.panel_id, b.subject_id, b.expert_id, b.points_milli, b.account, b.cast_at
  from ballot b
 where not exists (select from recusal r
                    where r.district = b.district and r.panel_id = b.panel_id and r.expert_id = b.expert_id
                      and r.subject_id = b.subject_id)
   and not exists (select from set_aside x
                    where x.district = b.district and x.thing = 'ballot'
                      and x.id = b.panel_id || '/' || b.expert_id || '/' || b.subject_id)
 order by b.district, b.panel_id, b.subject_id, b.expert_id, b.seq desc;

create or replace view current_inspection as
select distinct on (district, programme_id, subject_id) *
  from inspection i
 where not exists (select from set_aside x where x.district = i.district and x.thing = 'sheet' and x.id = i.inspection_id)
 order by district, programme_id, subject_id, sheet desc;

create or replace view held_case as
select c.district, c.case_id, c.programme_id, c.honour_id, h.subject_id, h.name, h.category, c.state, c.verdict, c.notes,
       coalesce(h.enterprise_id, p.enterprise_id) as enterprise_id, coalesce(h.subdistrict, s.subdistrict) as subdistrict,
       coalesce(h.granted_day, make_date(h.year, 1, 1)) as since_day, s.site_id is not null as site,
       exists (select from case_material m
                where m.district = c.district and m.case_id = c.case_id
                  and not exists (select from set_aside x
                                   where x.district = m.district and x.thing = 'material'
                                     and x.id = m.case_id || '/' || m.material_id)) as material,
       s.site_id as place_id
  from reevaluation_case c
  join honour h on h.district = c.district and h.honour_id = c.honour_id
  left join committee k on k.district = h.district and k.committee_id = h.subject_id
  left join site s on s.district = h.district and s.site_id = coalesce(k.site_id, h.subject_id)
  left join lateral (select j.enterprise_id from project j
                      where j.district = h.district and j.site_id = h.subject_id
                      order by j.from_day desc, j.project_id desc limit 1) p on true;

-- Runs that counted what was set aside since: no list is proposed of them.
create table run_outdated (
    district text not null,
    run_id text not null,
    correction_id text not null,
    subject_id text not null,
    primary key (district, run_id, correction_id)
);
