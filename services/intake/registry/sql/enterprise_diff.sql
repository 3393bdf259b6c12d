-- $1 city, $2 enterprise_id, $3 name, $4 area_m2, $5 party_organisation, $6 sample (arrays of texts)
select case when t.enterprise_id is null then 'added'
            when (t.name, t.area_m2, t.party_organisation, t.sample)
                is distinct from (u.name, u.area::bigint, coalesce(u.party::boolean, false), coalesce(u.sample::boolean, false)) then 'changed'
            else 'unchanged' end as result
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality as u(id, name, area, party, sample, ord)
  left join enterprise t on t.district = $1 and t.enterprise_id = u.id
 order by u.ord
