-- $1 district, $2 programme, $3 now: one row; its newest version (0: none), that one's hash, whether a stage of it has begun (its
-- timer may have run at an instant that is still to come here)
select coalesce(max(p.version), 0)::bigint as version,
    (select n.document_sha256 from programme n where n.district = $1 and n.programme_id = $2 order by n.version desc limit 1) as document_sha256,
    exists (select from stage s where s.district = $1 and s.programme_id = $2
        and (s.begins_at <= $3::timestamptz or s.state <> 'waiting')) as begun
  from programme p where p.district = $1 and p.programme_id = $2
