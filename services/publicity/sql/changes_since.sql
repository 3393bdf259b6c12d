-- $1 recorded from this instant on $2 befallen from this day on, or null: of all districts, as they came; and the mergers before, which
-- say in whom an enterprise went on
select change_id, district, subject_id, kind, on_day, site_id, into_id, name
from subject_change
where (at >= $1 or kind = 'merged') and ($2::date is null or on_day >= $2::date)
order by at, district, position
