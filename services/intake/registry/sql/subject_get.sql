-- $1 district, $2 city, $3 subject, $4 today: of whatever kind it is
select e.enterprise_id as subject_id, 'enterprise' as kind, e.name, null::text as subdistrict, null::text as enterprise_id, null::text as manager_id,
       e.area_m2, e.state, e.sample, null::text as site_id, null::bigint as members, null::bigint as party_members,
       null::text as from_day, null::text as to_day, null::text as filed_day
  from enterprise e where e.district = $2 and e.enterprise_id = $3
union all
select m.manager_id, 'manager', m.name, null, m.enterprise_id, null, null, null, m.sample, null, null, null, null, null, null
  from manager m where m.district = $2 and m.manager_id = $3
union all
select s.site_id, s.kind, s.name, s.subdistrict, p.enterprise_id, p.manager_id, p.area_m2, s.state, s.sample, null, null, null, null, null, null
  from site s
  left join lateral (
      select enterprise_id, manager_id, area_m2 from project
       where district = s.district and site_id = s.site_id and from_day <= $4::date
         and coalesce(to_day, 'infinity') >= $4::date and left_day is null
       order by from_day desc, project_id desc limit 1) p on true
 where s.district = $1 and s.site_id = $3
union all
select k.committee_id, 'committee', k.name, s.subdistrict, null, null, null, k.state, k.sample, k.site_id, k.members, k.party_members,
       k.from_day::text, k.to_day::text, k.filed_day::text
  from committee k join site s on s.district = k.district and s.site_id = k.site_id
 where k.district = $1 and k.committee_id = $3
 limit 1
