-- $1 district, $2 programme, $3 version or null for the newest, $4 now
select p.programme_id, p.version, p.title, p.year, p.document, p.document_sha256, p.published_at,
    (select string_agg(s.stage, ',' order by s.begins_at) from stage s
      where s.district = p.district and s.programme_id = p.programme_id and s.begins_at <= $4::timestamptz and s.ends_at > $4::timestamptz) as stages
  from programme p
 where p.district = $1 and p.programme_id = $2 and ($3::bigint is null or p.version = $3::bigint)
 order by p.version desc limit 1
