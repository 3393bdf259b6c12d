-- $1 city, $2 account, $3 now, $4 failures of before this instant are forgotten, $5 failures that lock, $6 locked until
insert into login_guard as g (district, account, failures, failed_at, locked_until)
values ($1, $2, 1, $3, case when $5::bigint <= 1 then $6::timestamptz end)
on conflict (district, account) do update set
    failures = case when g.failed_at < $4 or g.locked_until <= $3 then 1 else g.failures + 1 end,
    failed_at = $3,
    locked_until = case
        when g.locked_until > $3 then g.locked_until
        when (case when g.failed_at < $4 or g.locked_until <= $3 then 1 else g.failures + 1 end) >= $5 then $6
    end
returning failures, locked_until
