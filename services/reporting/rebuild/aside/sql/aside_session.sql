-- For the whole session of a rebuild: whole tables are joined by hash, nothing it writes is worth waiting for a disk, and a long
-- statement ends with the process it works for.
select set_config('enable_hashjoin', 'on', false), set_config('enable_material', 'on', false),
       set_config('synchronous_commit', 'off', false), set_config('work_mem', '64MB', false),
       set_config('statement_timeout', '0', false), set_config('client_connection_check_interval', '1s', false)
