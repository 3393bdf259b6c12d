-- concurrent
-- One list of a programme stands at a time; what was taken back is in nobody's way.
create unique index concurrently if not exists list_standing on list (district, programme_id) where withdrawn_at is null;
