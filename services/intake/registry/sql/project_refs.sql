-- $1 district, $2 city, $3 site_id, $4 enterprise_id, $5 manager_id: the field whose subject is not known, per row
select case when s.site_id is null then 'site_id'
            when e.enterprise_id is null then 'enterprise_id'
            when m.manager_id is null then 'manager_id' end as missing
  from unnest($3::text[], $4::text[], $5::text[]) with ordinality as u(site, enterprise, manager, ord)
  left join site s on s.district = $1 and s.site_id = u.site
  left join enterprise e on e.district = $2 and e.enterprise_id = u.enterprise
  left join manager m on m.district = $2 and m.manager_id = u.manager
 order by u.ord
