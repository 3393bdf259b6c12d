-- $1 district, $2 city, $3 enterprise, site or manager: the newest first
select p.project_id, p.site_id, s.name as site_name, p.enterprise_id, e.name as enterprise_name, p.manager_id, p.area_m2,
       p.from_day::text as from_day, p.to_day::text as to_day, p.left_day::text as left_day
  from project p
  left join site s on s.district = p.district and s.site_id = p.site_id
  left join enterprise e on e.district = $2 and e.enterprise_id = p.enterprise_id
 where p.district = $1 and (p.enterprise_id = $3 or p.site_id = $3 or p.manager_id = $3)
 order by p.from_day desc, p.project_id desc
 limit 500
