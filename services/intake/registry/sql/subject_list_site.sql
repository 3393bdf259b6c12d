-- $1 district, $2 key of a part of the name or of the beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select s.site_id as subject_id, s.kind, s.name, s.subdistrict, p.enterprise_id, p.manager_id, p.area_m2, s.state, s.sample
  from site s
  left join lateral (
      select enterprise_id, manager_id, area_m2 from project
       where district = s.district and site_id = s.site_id and from_day <= $6::date
         and coalesce(to_day, 'infinity') >= $6::date and left_day is null
       order by from_day desc, project_id desc limit 1) p on true
 where s.district = $1 and s.site_id > $4
   and ($2::text is null or starts_with(lower(s.site_id), $2)
        or exists (select from name_key k where k.district = $1 and k.kind = 'site' and k.subject_id = s.site_id and strpos(k.key, $2) > 0))
   and ($3::text is null or s.subdistrict = $3)
 order by s.site_id limit $5
