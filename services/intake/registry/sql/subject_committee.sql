-- $1 district, $2 city, $3 committee, $4 today: served is whether an enterprise serves its compound; who that is has no part in it
select 'committee' as kind, k.name, k.state, s.subdistrict, null::text as enterprise_id, null::text as enterprise_name,
    null::text as manager_id,
    exists (select from project p where p.district = $1 and p.site_id = k.site_id and p.from_day <= $4::date
        and coalesce(p.to_day, 'infinity') >= $4::date and p.left_day is null) as served
  from committee k join site s on s.district = k.district and s.site_id = k.site_id
 where k.district = $1 and k.committee_id = $3 and $2::text is not null
