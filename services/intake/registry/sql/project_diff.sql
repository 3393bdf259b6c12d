-- $1 district, $2 project_id, $3 site_id, $4 enterprise_id, $5 manager_id, $6 area_m2, $7 from_day, $8 to_day (arrays of texts)
select case when t.project_id is null then 'added'
            when (t.site_id, t.enterprise_id, t.manager_id, t.area_m2, t.from_day, t.to_day)
                is distinct from (u.site, u.enterprise, u.manager, u.area::bigint, u.from_day::date, u.to_day::date) then 'changed'
            else 'unchanged' end as result
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      with ordinality as u(id, site, enterprise, manager, area, from_day, to_day, ord)
  left join project t on t.district = $1 and t.project_id = u.id
 order by u.ord
