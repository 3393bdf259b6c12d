-- additive
-- Who moved up when an objection was upheld, and the list that a list takes the place of: what a correction has to know.
alter table objection add column promoted text;
alter table award_list add column replaces text;
