-- $1 district, $2 part of the name or beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select e.expert_id as subject_id, 'expert' as kind, e.name, null::text as subdistrict, e.employer as enterprise_id,
    null::text as manager_id, null::bigint as area_m2, null::text as state, e.sample
  from expert e
 where e.district = $1 and e.expert_id > $4 and ($3::text is null or true) and $6::date is not null
   and ($2::text is null or strpos(e.name, $2) > 0 or starts_with(e.expert_id, $2))
 order by e.expert_id limit $5
