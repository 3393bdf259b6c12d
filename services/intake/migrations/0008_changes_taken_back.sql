-- The correction by which a change is off the record; null: it stands.
alter table change add column taken_back_by uuid;
