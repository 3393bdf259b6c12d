-- $1 city, $2 kinds ('enterprise', 'site'), $3 codes, $4 keys (arrays of texts): what has this code, else what has a name with this key;
-- those whose names hold the key or begin as it does, else
select (select count(*) from (
            select e.enterprise_id from enterprise e where u.kind = 'enterprise' and e.district = $1 and e.enterprise_id = u.code
            union all
            select s.site_id from site s where u.kind = 'site' and s.district = left(u.code, 6) and s.site_id = u.code) c) as n_codes,
       (select count(distinct k.subject_id) from name_key k where k.kind = u.kind and k.key = u.key) as n_names,
       (select min(k.subject_id) from name_key k where k.kind = u.kind and k.key = u.key) as named,
       (select string_agg(a.subject_id || ' ' || coalesce(e.name, s.name), '; ' order by a.subject_id)
          from (select distinct k.district, k.subject_id from name_key k
                 where k.kind = u.kind
                   and (k.key = u.key or strpos(k.key, u.key) > 0 or strpos(u.key, k.key) > 0 or starts_with(k.key, left(u.key, 4)))
                 order by k.subject_id limit 3) a
          left join enterprise e on u.kind = 'enterprise' and e.district = a.district and e.enterprise_id = a.subject_id
          left join site s on u.kind = 'site' and s.district = a.district and s.site_id = a.subject_id) as alike
  from unnest($2::text[], $3::text[], $4::text[]) with ordinality as u(kind, code, key, ord)
 order by u.ord
