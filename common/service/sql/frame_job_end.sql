-- $1 id, $2 instance, $3 turn, $4 phase, $5 done, $6 total, $7 mark or null, $8 state, $9 result, $10 error, $11 whether the machine
-- failed: after twenty times without a step forward it has failed. One that goes back to the queue while it is being cancelled is cancelled.
update job
   set phase = $4, done = $5::bigint, total = $6::bigint, mark = coalesce($7::bytea, mark), changed_at = clock_timestamp(),
       state = case when $8 <> 'queued' then $8
                    when state = 'cancelling' then 'cancelled'
                    when $11::boolean and failures >= 20 then 'failed'
                    else 'queued' end,
       failures = case when $11::boolean then failures + 1 else 0 end,
       result = $9::bytea, error = $10
 where id = $1::uuid and instance = $2::uuid and turn = $3::bigint and state in ('running', 'cancelling')
returning state
