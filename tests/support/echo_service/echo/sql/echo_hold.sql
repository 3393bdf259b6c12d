select 1 as one from (select pg_advisory_xact_lock_shared(42)) l
