-- $1 instance, $2 the kinds this build knows: whether there is one to take
select exists (select from job
                where kind = any ($2::text[])
                  and (state = 'queued'
                       or (state = 'running' and instance <> $1::uuid and changed_at < clock_timestamp() - interval '15 seconds'))) as waiting
