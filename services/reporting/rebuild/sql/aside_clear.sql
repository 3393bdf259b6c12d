-- The schema aside is empty, whatever an interrupted rebuild or an older build left in it.
do $$
declare
    thing text;
begin
    for thing in select format('table if exists %I.%I', schemaname, tablename) from pg_tables where schemaname = 'reporting_aside'
        union all select format('sequence if exists %I.%I', schemaname, sequencename) from pg_sequences where schemaname = 'reporting_aside'
        union all select format('function if exists %s', oid::regprocedure) from pg_proc where pronamespace = 'reporting_aside'::regnamespace
    loop
        execute 'drop ' || thing || ' cascade';
    end loop;
end
$$
