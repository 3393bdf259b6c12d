-- Runs are held against their inputs as they stand: when those changed, and why a sheet came after its panel had been opened.
-- additive
alter table subject_change add column at timestamptz; -- when it was recorded; null: before this was kept
create table change_taken_back (
    district text not null,
    change_id text not null,
    subject_id text not null,
    at timestamptz not null,
    primary key (district, change_id)
);
alter table programme add column published_at timestamptz;
alter table inspection add column reason text;
-- of a list that stands: what was said last to have overtaken it, a line each; when publicity made it final
alter table list add column overtaken text not null default '';
alter table list add column final_at timestamptz;
