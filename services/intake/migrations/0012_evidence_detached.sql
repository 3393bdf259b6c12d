-- An attached file can be taken off again and bear a caption; an expert's registration can end.
-- additive
alter table evidence add column caption text;
alter table evidence add column detached_at timestamptz; -- null: attached
alter table evidence add column detached_by text;
alter table expert add column state text not null default 'registered'; -- or 'ended'
