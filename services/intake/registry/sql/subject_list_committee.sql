-- $1 district, $2 key of a part of the name or of the beginning of the code, or null, $3 subdistrict or null, $4 after which id, $5 limit, $6 today
select k.committee_id as subject_id, 'committee' as kind, k.name, s.subdistrict, null::text as enterprise_id,
    null::text as manager_id, null::bigint as area_m2, k.state, k.sample, k.site_id, k.members, k.party_members,
    k.from_day::text as from_day, k.to_day::text as to_day, k.filed_day::text as filed_day
  from committee k join site s on s.district = k.district and s.site_id = k.site_id
 where k.district = $1 and k.committee_id > $4 and $6::date is not null
   and ($2::text is null or starts_with(lower(k.committee_id), $2)
        or exists (select from name_key n where n.district = $1 and n.kind = 'committee' and n.subject_id = k.committee_id and strpos(n.key, $2) > 0))
   and ($3::text is null or s.subdistrict = $3)
 order by k.committee_id limit $5
