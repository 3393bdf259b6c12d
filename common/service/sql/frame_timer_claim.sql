-- $1 district, $2 now, $3 the kinds this build knows, $4 at most. Those another instance has are passed over; the database's own
-- clock is a second witness, so that a machine whose time jumped ahead fires nothing ($5: false for a clock set by hand).
delete from timer t
 using (select kind, key
          from timer
         where district = $1 and due_at <= $2::timestamptz and error is null and kind = any ($3::text[])
           and (not $5::boolean or due_at <= clock_timestamp() + interval '1 minute')
         order by due_at, kind, key
         limit $4::bigint
           for update skip locked) o
 where t.district = $1 and t.kind = o.kind and t.key = o.key
returning t.kind, t.key, t.due_at
