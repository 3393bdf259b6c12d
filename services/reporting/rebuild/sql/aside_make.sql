-- The read models once more, as what the events put into them, one after the other, without an index: what is put again is there twice,
-- and the last counts (nth). So a put costs no search, however long the tables are. Outside the WAL, since whatever goes wrong
-- the next rebuild begins anew.
do $$
begin
    create sequence reporting_aside.nth cache 1000;
    create unlogged table reporting_aside.timeline (like timeline) with (autovacuum_enabled = off);
    create unlogged table reporting_aside.timeline_subject (like timeline_subject) with (autovacuum_enabled = off);
    create unlogged table reporting_aside.progress (like progress, nth bigint not null default nextval('reporting_aside.nth'))
        with (autovacuum_enabled = off);
    create unlogged table reporting_aside.unprogress (like progress, nth bigint not null default nextval('reporting_aside.nth'))
        with (autovacuum_enabled = off);
    create unlogged table reporting_aside.subject (like subject, nth bigint not null default nextval('reporting_aside.nth'))
        with (autovacuum_enabled = off);
    create unlogged table reporting_aside.dossier (like dossier, nth bigint not null default nextval('reporting_aside.nth'))
        with (autovacuum_enabled = off);
    create unlogged table reporting_aside.task (like task, nth bigint not null default nextval('reporting_aside.nth'))
        with (autovacuum_enabled = off);
    create unlogged table reporting_aside.programme_term (like programme_term, nth bigint not null default nextval('reporting_aside.nth'))
        with (autovacuum_enabled = off);

    -- a subject's name from then on, until it is put again
    create unlogged table reporting_aside.rename (
        district text not null,
        subject_id text not null,
        name text not null,
        nth bigint not null default nextval('reporting_aside.nth')
    ) with (autovacuum_enabled = off);

    -- up to where each stream has been replayed
    create unlogged table reporting_aside.reached (
        district text not null,
        source text not null,
        position bigint not null,
        primary key (district, source)
    ) with (autovacuum_enabled = off, fillfactor = 50);

    -- A row as people are shown it: a long one by its beginning and, so that two can still be told apart, its digest.
    create function reporting_aside.shown(row_text text) returns text language sql immutable
        return case when length(row_text) <= 1000 then row_text
                    else left(row_text, 900) || '... sha256 ' || encode(sha256(convert_to(row_text, 'UTF8')), 'hex') end;
end
$$
