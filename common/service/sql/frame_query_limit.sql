-- $1 milliseconds: no statement of this transaction takes longer; the connection's own limit is half a minute
select set_config('statement_timeout', least($1::bigint, 30000)::text, true)
