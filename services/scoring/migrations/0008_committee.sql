-- SPDX-License-Identifier: Apache-2.0
-- Owners' committees: what happens at its compound counts for a committee, and the compound's subdistrict speaks for it.
create table committee (
    district text not null,
    committee_id text not null,
    name text not null,
    site_id text not null,
    primary key (district, committee_id)
);

-- A case with its holder: the enterprise is the one the honour names, else whoever serves the site by its newest project; a
-- committee has none. The place is the site, or the committee's compound.
create or replace view held_case as
select c.district, c.case_id, c.programme_id, c.honour_id, h.subject_id, h.name, h.category, c.state, c.verdict, c.notes,
       coalesce(h.enterprise_id, p.enterprise_id) as enterprise_id, coalesce(h.subdistrict, s.subdistrict) as subdistrict,
       coalesce(h.granted_day, make_date(h.year, 1, 1)) as since_day, s.site_id is not null as site,
       exists (select from case_material m where m.district = c.district and m.case_id = c.case_id) as material,
       s.site_id as place_id
  from reevaluation_case c
  join honour h on h.district = c.district and h.honour_id = c.honour_id
  left join committee k on k.district = h.district and k.committee_id = h.subject_id
  left join site s on s.district = h.district and s.site_id = coalesce(k.site_id, h.subject_id)
  left join lateral (select j.enterprise_id from project j
                      where j.district = h.district and j.site_id = h.subject_id
                      order by j.from_day desc, j.project_id desc limit 1) p on true;
