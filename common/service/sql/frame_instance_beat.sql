-- $1 instance, $2 endpoint, $3 seconds, $4 districts it cannot hear on, $5 whether it is its first: this process is alive; at its first
-- beat a former one at this endpoint is not, for we are there now. How many districts it leads, and how many others alive announce the same.
with gone as (
    delete from instance
     where instance <> $1::uuid and (($5::boolean and endpoint = $2) or until < clock_timestamp() - interval '1 hour')
)
insert into instance (instance, endpoint, until, stuck)
values ($1::uuid, $2, clock_timestamp() + make_interval(secs => $3::bigint), $4::text[])
on conflict (instance) do update set until = excluded.until, stuck = excluded.stuck
returning (select count(*) from lease l where l.instance = $1::uuid) as n,
          (select count(*) from instance i
            where i.instance <> $1::uuid and i.endpoint = $2 and i.until > clock_timestamp()) as same
