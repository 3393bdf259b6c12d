/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_db - a disk that is full, a server that only reads, a session that stands still, all
 * sessions cut
 *
 * The disk is full for a service, or for one table of every service: a trigger before every write
 * looks whether it is, and raises 53100 as PostgreSQL does. (A small file system of its own takes
 * root; race/faults has that one.)
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "annex.h"

enum { UP_LIMIT_S = 120 };

static bool run_once(const char *sql, char *ret_error, size_t size)
{
    PGconn *conn = scene_connect();
    PGresult *res = PQstatus(conn) == CONNECTION_OK ? PQexec(conn, sql) : NULL;
    ExecStatusType status = PQresultStatus(res);
    bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!done && ret_error)
        snprintf(ret_error, size, "%s", PQerrorMessage(conn));
    PQclear(res);
    PQfinish(conn);
    return done;
}

/* Until the server lets it in. */
static void run_surely(const char *sql)
{
    int64_t end = now_us() + UP_LIMIT_S * SECOND_US;
    char error[256] = "";

    while (!failed() && !run_once(sql, error, sizeof(error))) {
        if (now_us() > end)
            fail("%s: %s", sql, error);
        pause_ms(20);
    }
}

long scene_number(const char *sql)
{
    PGconn *conn = scene_connect();
    PGresult *res = PQstatus(conn) == CONNECTION_OK ? PQexec(conn, sql) : NULL;
    long n = PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res)
                 ? strtol(PQgetvalue(res, 0, 0), NULL, 10)
                 : -1;

    PQclear(res);
    PQfinish(conn);
    return n;
}

/* ---- a disk that is full ---- */

void trouble_prepare(void)
{
    run_surely(
        "create schema fault;"
        "create table fault.full_place (place text primary key);"
        "create sequence fault.felt;"
        "create function fault.full_disk() returns trigger language plpgsql security definer "
        "set search_path = '' as $$ begin "
        "if exists (select from fault.full_place where place in (tg_table_schema, tg_argv[0])) then"
        " perform nextval('fault.felt');"
        " raise exception 'sample: no space left on device' using errcode = '53100'; "
        "end if; return new; end $$;"
        "do $$ declare t record; begin for t in select c.oid::regclass as name, c.relname from "
        "pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('intake', "
        "'scoring', 'publicity', 'credit', 'reporting', 'gateway', '" ECHO_SCHEMA
        "', '" MIRROR_SCHEMA "') and c.relkind in ('r', 'p') and "
        "not c.relispartition loop execute format('create trigger fault before insert or update on "
        "%s for each row execute function fault.full_disk(%L)', t.name, t.relname); end loop; "
        "end $$");
}

long disk_full_felt(void)
{
    return scene_number("select case when is_called then last_value else 0 end from fault.felt");
}

bool disk_full_begin(struct scene *sc, char what[WHAT])
{
    static const char *const tables[] = {"log", "stream", "seal", "message", "subscription"};
    int drawn = dice_below(&sc->dice, STACK_N_SERVICES + (int)ARRAY_LEN(tables));
    char sql[128];

    snprintf(what, WHAT, "%s",
             drawn < STACK_N_SERVICES ? stack_services[drawn] : tables[drawn - STACK_N_SERVICES]);
    snprintf(sql, sizeof(sql), "insert into fault.full_place values ('%s')", what);
    return run_once(sql, NULL, 0);
}

void disk_full_end(struct scene *sc)
{
    (void)sc;
    run_surely("delete from fault.full_place");
}

/* ---- a server that only reads ---- */

static void read_only_sql(char sql[1024], const char *how)
{
    size_t size = 0;

    for (const char *const *name = stack_services; *name; name++)
        size += (size_t)snprintf(sql + size, 1024 - size, "alter role hongping_%s %s;", *name, how);
    CHECK(size < 1024);
}

/* Who is connected is sent away, and finds a server that takes no writes. */
bool read_only_begin(struct scene *sc, char what[WHAT])
{
    char sql[1024];

    (void)sc;
    snprintf(what, WHAT, "for all services");
    read_only_sql(sql, "set default_transaction_read_only = on");
    return run_once(sql, NULL, 0) &&
           scene_number(
               "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename "
               "like 'hongping_%'") >= 0;
}

void read_only_end(struct scene *sc)
{
    char sql[1024];

    (void)sc;
    read_only_sql(sql, "reset default_transaction_read_only");
    run_surely(sql);
}

/* ---- sessions ---- */

bool sessions_cut_begin(struct scene *sc, char what[WHAT])
{
    const char *name = stack_services[dice_below(&sc->dice, STACK_N_SERVICES)];
    char sql[256];

    snprintf(what, WHAT, "%s", name);
    snprintf(sql, sizeof(sql),
             "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = "
             "'hongping_%s'",
             name);
    return scene_number(sql) > 0;
}

bool backend_frozen_begin(struct scene *sc, char what[WHAT])
{
    pid_t pid = scene_backend(sc);

    snprintf(what, WHAT, "%d", (int)pid);
    if (pid)
        freeze(pid);
    return pid != 0;
}
