-- $1 district, $2 city, $3 enterprise, $4 today: served is whether it serves a site of the district
select 'enterprise' as kind, e.name, e.state, null::text as subdistrict, e.enterprise_id, e.name as enterprise_name, null::text as manager_id,
    exists (select from project p where p.district = $1 and p.enterprise_id = e.enterprise_id and p.from_day <= $4::date
        and coalesce(p.to_day, 'infinity') >= $4::date and p.left_day is null) as served
  from enterprise e where e.district = $2 and e.enterprise_id = $3
