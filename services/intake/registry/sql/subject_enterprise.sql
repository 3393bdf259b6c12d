-- $1 district, $2 city, $3 enterprise, $4 today: served is whether it serves a site of the district; left also where it left this district
-- alone and no project here began since
select 'enterprise' as kind, e.name,
    case when e.state = 'active' and exists (select from change h where h.district = $2 and h.subject_id = e.enterprise_id
            and h.left_district = $1 and h.taken_back_by is null and not exists (select from project p where p.district = $1
                and p.enterprise_id = e.enterprise_id and p.from_day > h.on_day)) then 'left' else e.state end as state,
    null::text as subdistrict, e.enterprise_id, e.name as enterprise_name, null::text as manager_id,
    exists (select from project p where p.district = $1 and p.enterprise_id = e.enterprise_id and p.from_day <= $4::date
        and coalesce(p.to_day, 'infinity') >= $4::date and p.left_day is null) as served
  from enterprise e where e.district = $2 and e.enterprise_id = $3
