-- $1 district, $2 key of a part of the name or of the beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select r.code as subject_id, 'region' as kind, r.name, left(r.code, 9) as subdistrict, null::text as enterprise_id,
    null::text as manager_id, null::bigint as area_m2, null::text as state, null::boolean as sample
  from region r
 where r.district = $1 and r.code > $4 and $6::date is not null
   and ($2::text is null or starts_with(lower(r.code), $2)
        or exists (select from name_key k where k.district = $1 and k.kind = 'region' and k.subject_id = r.code and strpos(k.key, $2) > 0))
   and ($3::text is null or starts_with(r.code, $3))
 order by r.code limit $5
