-- concurrent
-- What was dropped or annulled gives its number and its place free.
create unique index concurrently if not exists notice_number_standing on notice (district, number)
    where state not in ('replaced', 'dropped') or published_at is not null;
create unique index concurrently if not exists honour_plaque_standing on honour (district, plaque) where state <> 'annulled';
create unique index concurrently if not exists honour_once_standing on honour (district, subject_id, category, year)
    where state <> 'annulled';
drop index concurrently if exists notice_number;
