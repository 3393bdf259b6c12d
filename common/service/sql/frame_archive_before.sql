-- $1 where a month begins: a month before it, and not yet archived, of which stream or log has a row (null: none); and the database's
-- time. Rows of months that were archived before they came go with the month that is archived next.
select clock_timestamp() as now,
       least((select to_char(wall_at at time zone 'UTC', 'YYYY-MM') from stream
               where wall_at < $1::timestamptz
                 and wall_at >= coalesce((select (max(month) + interval '1 month') at time zone 'UTC' from archive where ledger = 'stream'), '-infinity')
               limit 1),
             (select to_char(wall_at at time zone 'UTC', 'YYYY-MM') from log
               where wall_at < $1::timestamptz
                 and wall_at >= coalesce((select (max(month) + interval '1 month') at time zone 'UTC' from archive where ledger = 'log'), '-infinity')
               limit 1)) as month
