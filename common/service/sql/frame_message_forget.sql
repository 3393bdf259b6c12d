-- $1 days, $2 an instant, $3 at most: ids that are remembered no more on that instant. One that says when it was made (UUIDv7) is
-- kept until that is as long ago: until then it is not refused as too old.
with kept as (
    select least($2::timestamptz, clock_timestamp()) - $1::bigint * interval '24 hours' as since)
delete from message
 where id in (select m.id from message m, kept
               where m.wall_at < kept.since
                 and (substr(m.id::text, 15, 1) <> '7'
                      or m.id < rpad(lpad(to_hex(floor(extract(epoch from kept.since) * 1000)::bigint), 12, '0'), 32, '0')::uuid)
               limit $3::bigint)
