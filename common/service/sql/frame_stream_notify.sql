select pg_notify('hp_stream', n) from unnest($1::text[]) n
