-- $1 district, $2 key of a part of the name or of the beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select m.manager_id as subject_id, 'manager' as kind, m.name, null::text as subdistrict, m.enterprise_id,
    null::text as manager_id, null::bigint as area_m2, null::text as state, m.sample
  from manager m
 where m.district = $1 and m.manager_id > $4 and ($3::text is null or true) and $6::date is not null
   and ($2::text is null or starts_with(lower(m.manager_id), $2)
        or exists (select from name_key k where k.district = $1 and k.kind = 'manager' and k.subject_id = m.manager_id and strpos(k.key, $2) > 0))
 order by m.manager_id limit $5
