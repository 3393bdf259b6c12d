-- $1 district, $2 committee_id, $3 site_id, $4 filed_day (arrays of texts): the field that does not fit what is known, per row: no such
-- compound; a filing that would be taken back, with its day
select case when s.site_id is null then 'site_id'
            when t.filed_day is not null and u.filed_day is null then 'filed_day' end as missing, t.filed_day::text as filed
  from unnest($2::text[], $3::text[], $4::text[]) with ordinality as u(id, site_id, filed_day, ord)
  left join site s on s.district = $1 and s.site_id = u.site_id and s.kind = 'compound'
  left join committee t on t.district = $1 and t.committee_id = u.id
 order by u.ord
