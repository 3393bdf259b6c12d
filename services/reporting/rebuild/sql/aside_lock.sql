-- one rebuild at a time in a database: until the session ends; not to be had for a moment means that one is running
select set_config('lock_timeout', '3s', true), pg_advisory_lock(hashtextextended('hongping rebuild', 0))
