-- $1 city, $2 enterprise_id: the field whose subject is not known, per row
select case when e.enterprise_id is null then 'enterprise_id' end as missing
  from unnest($2::text[]) with ordinality as u(enterprise, ord)
  left join enterprise e on e.district = $1 and e.enterprise_id = u.enterprise
 order by u.ord
