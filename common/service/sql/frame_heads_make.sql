-- $1 districts, $2 and $3 the genesis of their streams and logs
insert into head (district, stream_hash, log_hash)
select w.district, w.stream, w.log
  from unnest($1::text[], $2::bytea[], $3::bytea[]) as w (district, stream, log)
 order by w.district collate "C"
on conflict (district) do nothing
