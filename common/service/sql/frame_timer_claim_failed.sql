-- $1 district, $2 now, $3 the kinds this build knows: one that failed and may be tried again
delete from timer t
 using (select kind, key
          from timer
         where district = $1 and error is not null and retry_at <= clock_timestamp() and due_at <= $2::timestamptz and kind = any ($3::text[])
         order by retry_at
         limit 1
           for update skip locked) o
 where t.district = $1 and t.kind = o.kind and t.key = o.key
returning t.kind, t.key, t.due_at
