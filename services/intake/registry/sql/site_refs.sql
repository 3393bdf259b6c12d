-- $1 district, $2 today, $3 subdistrict: the field whose subject is not known (or not in force today), per row
select case when r.code is null then 'subdistrict' end as missing
  from unnest($3::text[]) with ordinality as u(subdistrict, ord)
  left join region r on r.district = $1 and r.code = u.subdistrict
      and coalesce(r.from_day, '-infinity') <= $2::date and coalesce(r.to_day, 'infinity') >= $2::date
 order by u.ord
