-- Files uploaded under an objection's form stand under "form:<id>" instead of an account; one that nothing names goes after a day.
-- What names it has claimed it.
alter table file add column claimed_by text;
