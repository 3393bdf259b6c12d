-- no row: another instance has it
delete from timer t
 using (select district, kind, key
          from timer
         where district = $1 and kind = $2 and key = $3 and due_at <= $4::timestamptz
           for update skip locked) o
 where t.district = o.district and t.kind = o.kind and t.key = o.key and t.district = $1
returning t.due_at
