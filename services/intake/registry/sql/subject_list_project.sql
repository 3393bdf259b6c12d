-- $1 district, $2 key of a part of the name or of the beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select p.project_id as subject_id, 'project' as kind, s.name, s.subdistrict, p.enterprise_id, p.manager_id, p.area_m2,
    case when p.left_day is not null then 'left' when coalesce(p.to_day, 'infinity') < $6::date then 'ended' else 'active' end as state, s.sample
  from project p join site s on s.district = p.district and s.site_id = p.site_id
 where p.district = $1 and p.project_id > $4
   and ($2::text is null or starts_with(lower(p.project_id), $2) or lower(p.enterprise_id) = $2 or lower(p.manager_id) = $2
        or exists (select from name_key k where k.district = $1 and k.kind = 'site' and k.subject_id = p.site_id and strpos(k.key, $2) > 0))
   and ($3::text is null or s.subdistrict = $3)
 order by p.project_id limit $5
