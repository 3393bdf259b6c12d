-- $1 district, $2 key of a part of the name or of the beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select e.expert_id as subject_id, 'expert' as kind, e.name, null::text as subdistrict, e.employer as enterprise_id,
    null::text as manager_id, null::bigint as area_m2, e.state, e.sample
  from expert e
 where e.district = $1 and e.expert_id > $4 and ($3::text is null or true) and $6::date is not null
   and ($2::text is null or starts_with(lower(e.expert_id), $2)
        or exists (select from name_key k where k.district = $1 and k.kind = 'expert' and k.subject_id = e.expert_id and strpos(k.key, $2) > 0))
 order by e.expert_id limit $5
