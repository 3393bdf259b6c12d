-- $1 district, $2 now: the version in force of each, newest year first
select distinct on (p.year, p.programme_id) p.programme_id, p.version, p.title, p.year, p.document_sha256, p.published_at,
    (select string_agg(s.stage, ',' order by s.begins_at) from stage s
      where s.district = p.district and s.programme_id = p.programme_id and s.begins_at <= $2::timestamptz and s.ends_at > $2::timestamptz) as stages
  from programme p
 where p.district = $1
 order by p.year desc, p.programme_id, p.version desc
