-- The names and aliases of the registry as people read them (common/text/clean.h, text_key): for searching, for telling names that read the
-- same, and for finding what a name means. Written by registry/names.c; of those before, what PostgreSQL can fold by itself.
create table name_key (
    district text not null,
    kind text not null, -- as in registry_history, of compounds and buildings "site"
    subject_id text not null,
    key text not null,
    primary key (district, kind, subject_id, key)
);
create index name_key_found on name_key (kind, key, district);
insert into name_key (district, kind, subject_id, key)
select n.district, n.kind, n.subject_id, lower(regexp_replace(normalize(n.name, nfkc), '\s', '', 'g'))
  from (select district, 'enterprise' as kind, enterprise_id as subject_id, name from enterprise
        union all select district, 'manager', manager_id, name from manager
        union all select district, 'expert', expert_id, name from expert
        union all select district, 'committee', committee_id, name from committee
        union all select district, 'region', code, name from region
        union all select district, 'site', site_id, name from site
        union all select district, 'site', site_id, unnest(aliases) from site) n
on conflict do nothing;
