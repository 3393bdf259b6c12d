-- $1 district, $2 step
insert into counted (district, step, pid) values ($1, $2::bigint, pg_backend_pid())
