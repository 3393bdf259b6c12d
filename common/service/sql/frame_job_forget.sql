-- $1 days, $2 an instant, $3 at most: jobs that ended so long before that instant. Those that wait, run or are being cancelled stay.
delete from job
 where id in (select id from job
               where state in ('done', 'cancelled', 'failed')
                 and changed_at < least($2::timestamptz, clock_timestamp()) - $1::bigint * interval '24 hours'
               limit $3::bigint)
