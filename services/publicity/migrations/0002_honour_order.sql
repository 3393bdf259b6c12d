-- Honours of one list are granted at one instant: they are listed by plaque, as people read them.
drop index honour_by_time;
create index honour_by_plaque on honour (district, created_at, plaque);
