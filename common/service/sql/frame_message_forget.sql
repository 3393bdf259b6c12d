-- $1 days, $2 at most: ids that are remembered no more
delete from message
 where id in (select id from message
               where wall_at < clock_timestamp() - make_interval(days => $1::bigint::integer)
               limit $2::bigint)
