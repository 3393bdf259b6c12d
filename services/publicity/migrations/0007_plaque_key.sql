-- Plaques as people read them (common/text/clean.h, text_key): found whatever their width, case and blanks. Written by honour_store.c; of
-- those before, what PostgreSQL can fold by itself.
create table plaque_key (
    district text not null,
    plaque_key text not null,
    honour_id text not null,
    primary key (district, plaque_key, honour_id)
);
insert into plaque_key (district, plaque_key, honour_id)
select district, lower(regexp_replace(normalize(plaque, nfkc), '\s', '', 'g')), honour_id from honour;
