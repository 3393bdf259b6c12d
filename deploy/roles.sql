-- SPDX-License-Identifier: Apache-2.0
-- One login role and one schema per service, and no way into another's. Run as a superuser, connected to the
-- database of the product; then `select pg_temp.hongping_service('credit')` for each service. Repeatable.

create function pg_temp.hongping_service(service text) returns void
    language plpgsql
as $$
declare
    role text := 'hongping_' || service;
    db text := current_database();
begin
    if not exists (select from pg_roles where rolname = role) then
        execute format('create role %I', role);
    end if;
    execute format('alter role %I login nosuperuser nocreatedb nocreaterole noreplication nobypassrls', role);
    execute format('create schema if not exists %I', service);
    execute format('alter schema %I owner to %I', service, role);
    execute format('revoke all on schema %I from public', service);
    execute format('alter role %I in database %I set search_path = %I', role, db, service);
    if service = 'reporting' then -- read models are rebuilt aside to be compared
        execute format('create schema if not exists reporting_aside authorization %I', role);
        revoke all on schema reporting_aside from public;
    end if;
    -- functions are open to everybody unless said otherwise
    execute format('alter default privileges for role %I revoke execute on functions from public', role);
    execute format('alter default privileges for role %I revoke usage on types from public', role);
    -- temporary tables are what imports are copied into
    execute format('grant connect, temporary on database %I to %I', db, role);
end
$$;

do $$
begin
    execute format('revoke all on database %I from public', current_database());
    revoke all on database postgres from public;
    revoke all on database template1 from public;
    revoke all on schema public from public;
end
$$;
