-- $1 city, $2 expert_id, $3 name, $4 employer, $5 residence, $6 enterprise_links (joined by ';'), $7 sample (arrays of texts)
select case when t.expert_id is null then 'added'
            when (t.name, t.employer, t.residence, t.enterprise_links, t.sample)
                is distinct from (u.name, u.employer, u.residence, coalesce(string_to_array(u.links, ';'), '{}'), coalesce(u.sample::boolean, false))
                then 'changed'
            else 'unchanged' end as result
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      with ordinality as u(id, name, employer, residence, links, sample, ord)
  left join expert t on t.district = $1 and t.expert_id = u.id
 order by u.ord
