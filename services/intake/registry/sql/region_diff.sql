-- $1 district, $2 code, $3 name, $4 from_day, $5 to_day (arrays of texts)
select case when t.code is null then 'added'
            when (t.name, t.from_day, t.to_day) is distinct from (u.name, u.from_day::date, u.to_day::date) then 'changed'
            else 'unchanged' end as result
  from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as u(id, name, from_day, to_day, ord)
  left join region t on t.district = $1 and t.code = u.id
 order by u.ord
