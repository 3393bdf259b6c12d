-- concurrent
-- An expert stands aside once; what was withdrawn stays beside it.
create unique index concurrently if not exists recusal_standing on recusal (district, panel_id, expert_id, subject_id) where withdrawn_by is null;
