-- $1 district, $2 city, $3 site, $4 today: with its current project's enterprise and manager; served if that enterprise, or the one it was merged into, goes on
select s.kind, s.name, s.state, s.subdistrict, p.enterprise_id, e.name as enterprise_name, p.manager_id, coalesce(e.state in ('active', 'merged'), false)
    and not exists (select from change h where h.district = $2 and h.subject_id = e.enterprise_id and h.left_district = $1 and h.taken_back_by is null
        and p.from_day <= h.on_day) as served
  from site s
  left join lateral (
      select enterprise_id, manager_id, from_day from project
       where district = s.district and site_id = s.site_id and from_day <= $4::date
         and coalesce(to_day, 'infinity') >= $4::date and left_day is null
       order by from_day desc, project_id desc limit 1) p on true
  left join enterprise e on e.district = $2 and e.enterprise_id = p.enterprise_id
 where s.district = $1 and s.site_id = $3
