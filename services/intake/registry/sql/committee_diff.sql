-- $1 district, $2 committee_id, $3 name, $4 site_id, $5 members, $6 party_members, $7 from_day, $8 to_day, $9 filed_day, $10 sample
-- (arrays of texts)
select case when t.committee_id is null then 'added'
            when (t.name, t.site_id, t.members, t.party_members, t.from_day, t.to_day, t.filed_day, t.sample)
                is distinct from (u.name, u.site_id, u.members::bigint, u.party_members::bigint, u.from_day::date, u.to_day::date,
                    u.filed_day::date, coalesce(u.sample::boolean, false)) then 'changed'
            else 'unchanged' end as result
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
      with ordinality as u(id, name, site_id, members, party_members, from_day, to_day, filed_day, sample, ord)
  left join committee t on t.district = $1 and t.committee_id = u.id
 order by u.ord
