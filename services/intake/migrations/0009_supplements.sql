-- A version published after a stage has begun rests on a supplementary decision.
alter table programme add column authority_reason text;
alter table programme add column authority_document text;
alter table programme add column authority_day date;
