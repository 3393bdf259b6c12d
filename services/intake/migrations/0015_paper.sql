-- An application handed in on paper, entered by an officer for whoever applies.
-- additive
alter table application add column paper_day date, add column paper_copies integer, add column paper_receipt text, add column paper_by text;
