-- $1 instance, $2 the kinds this build knows: the oldest that waits, or that another instance has left
update job
   set state = 'running', instance = $1::uuid, turn = turn + 1, changed_at = clock_timestamp(),
       started_at = coalesce(started_at, clock_timestamp())
 where id = (select id from job
              where kind = any ($2::text[])
                and (state = 'queued'
                     or (state = 'running' and instance <> $1::uuid and changed_at < clock_timestamp() - interval '15 seconds'))
              order by created_at, id
              limit 1
                for update skip locked)
returning id, kind, args, mark, turn, done, total
