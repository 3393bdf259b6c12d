-- $1 city, $2 manager_id, $3 name, $4 enterprise_id, $5 sample (arrays of texts)
select case when t.manager_id is null then 'added'
            when (t.name, t.enterprise_id, t.sample) is distinct from (u.name, u.enterprise, coalesce(u.sample::boolean, false)) then 'changed'
            else 'unchanged' end as result
  from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as u(id, name, enterprise, sample, ord)
  left join manager t on t.district = $1 and t.manager_id = u.id
 order by u.ord
