-- $1 district, $2 part of the name or beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select e.enterprise_id as subject_id, 'enterprise' as kind, e.name, null::text as subdistrict, null::text as enterprise_id,
    null::text as manager_id, e.area_m2, e.state, e.sample
  from enterprise e
 where e.district = $1 and e.enterprise_id > $4 and ($3::text is null or true) and $6::date is not null
   and ($2::text is null or strpos(e.name, $2) > 0 or starts_with(e.enterprise_id, $2))
 order by e.enterprise_id limit $5
