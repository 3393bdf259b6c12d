-- A step back rests on a decision.
alter table application_step add column document text;
-- The list proposed for a programme, as scoring said: from then on its applications stand.
create table list (
    district text not null,
    programme_id text not null,
    list_id text not null,
    primary key (district, programme_id)
);
