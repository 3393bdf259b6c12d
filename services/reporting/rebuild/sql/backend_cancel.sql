-- $1 the server process of another session of this role: its statement ends
select pg_cancel_backend($1::integer)
