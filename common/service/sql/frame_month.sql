-- $1: the partitions of the month that is so many ahead of this one
select frame_make_month($1::bigint::integer) as made
