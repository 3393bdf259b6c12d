-- $1 district, $2 site_id, $3 kind, $4 name, $5 subdistrict, $6 address, $7 households, $8 renovated, $9 aliases (joined by ';'),
-- $10 sample (arrays of texts)
select case when t.site_id is null then 'added'
            when (t.kind, t.name, t.subdistrict, t.address, t.households, t.renovated, t.aliases, t.sample)
                is distinct from (u.kind, u.name, u.subdistrict, u.address, u.households::bigint, coalesce(u.renovated::boolean, false),
                    coalesce(string_to_array(u.aliases, ';'), '{}'), coalesce(u.sample::boolean, false)) then 'changed'
            else 'unchanged' end as result
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
      with ordinality as u(id, kind, name, subdistrict, address, households, renovated, aliases, sample, ord)
  left join site t on t.district = $1 and t.site_id = u.id
 order by u.ord
