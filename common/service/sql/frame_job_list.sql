-- $1 id or null, $2 at most: newest first
select id, kind, args, account, state, phase, done, total, error, turn, created_at, started_at, changed_at, case when id = $1::uuid then result end as result
  from job
 where $1::uuid is null or id = $1::uuid
 order by created_at desc, id desc
 limit $2::bigint
