-- the partitions of this month and the next
select frame_make_months(now() + interval '1 month') as made
