select pg_notify($1, n) from unnest($2::text[]) n
