-- $1 district, $2 part of the name or beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select k.committee_id as subject_id, 'committee' as kind, k.name, s.subdistrict, null::text as enterprise_id,
    null::text as manager_id, null::bigint as area_m2, k.state, k.sample, k.site_id, k.members, k.party_members,
    k.from_day::text as from_day, k.to_day::text as to_day, k.filed_day::text as filed_day
  from committee k join site s on s.district = k.district and s.site_id = k.site_id
 where k.district = $1 and k.committee_id > $4 and $6::date is not null
   and ($2::text is null or strpos(k.name, $2) > 0 or starts_with(k.committee_id, $2))
   and ($3::text is null or s.subdistrict = $3)
 order by k.committee_id limit $5
