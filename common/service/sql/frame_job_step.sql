-- $1 id, $2 instance, $3 turn, $4 phase, $5 done, $6 total, $7 mark or null: where it is. No row: it is someone else's now
update job
   set phase = $4, done = $5::bigint, total = $6::bigint, mark = coalesce($7::bytea, mark), changed_at = clock_timestamp(),
       failures = case when $7::bytea is null then failures else 0 end
 where id = $1::uuid and instance = $2::uuid and turn = $3::bigint and state in ('running', 'cancelling')
returning state
