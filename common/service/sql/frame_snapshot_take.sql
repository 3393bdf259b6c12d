-- $1 districts, $2 sources, $3 positions, $4 and $5 the sources' seals over them: from there on they are heard. How many of them stood
-- at the beginning; they are held until the commit
with taken as (
    insert into subscription (district, source, position, state, sealed_last, sealed_hash)
    select w.district, w.source, w.position, 'following', w.sealed_last, w.sealed_hash
      from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[])
           as w (district, source, position, sealed_last, sealed_hash)
     order by w.district collate "C", w.source collate "C"
    on conflict (district, source) do update
       set position = excluded.position, state = 'following', sealed_last = excluded.sealed_last, sealed_hash = excluded.sealed_hash,
           event_id = null, event_type = null, error = null, failed_at = null, attempts = 0
     where subscription.position = 0
    returning 1
)
select count(*) as taken from taken
