/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overtake - on the real stack: of two commands of one service the later-begun commits first
 *
 * A session of ours holds the row that the first one must write, so that it stands in the middle of
 * its transaction while the second one, begun later, commits and is applied everywhere. A reader by
 * sequence numbers would have passed over the first by then.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "fault.h"
#include "services/cli/talk/advance.h"

static void *first_of_two(void *client)
{
    struct client *c = client;
    struct arena *a = arena_new();
    struct plan p;

    do { /* a change of the first of its enterprises */
        p = (struct plan){.district = DISTRICT};
        plan_enterprise(c, a, &p);
    } while (p.index != 0 || !p.event);
    client_do(c, a, &p);
    arena_free(a);
    return NULL;
}

static long number(PGconn *conn, const char *sql)
{
    PGresult *res = PQexec(conn, sql);
    long n = -1;

    if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1)
        n = strtol(PQgetvalue(res, 0, 0), NULL, 10);
    else
        fail("%s: %s", sql, PQerrorMessage(conn));
    PQclear(res);
    return n;
}

static void run_sql(PGconn *conn, const char *sql)
{
    PGresult *res = PQexec(conn, sql);

    if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
        fail("%s: %s", sql, PQerrorMessage(conn));
    PQclear(res);
}

static long position_of(PGconn *conn, const struct command *cmd)
{
    char sql[256];

    snprintf(sql, sizeof(sql),
             "select coalesce(max(seq), 0) from intake.stream where cause_id = '%s'", cmd->id_text);
    return number(conn, sql);
}

void overtake(const char *conninfo, struct operator* op, struct client *slow, struct client *fast)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    PGconn *conn = PQconnectdb(conninfo);
    struct errtext e = {0};
    struct plan p = {.district = DISTRICT};
    long first, second;

    run_sql(conn, "begin");
    run_sql(conn, arena_printf(a,
                               "select 1 from intake.enterprise where enterprise_id = '%s' "
                               "for update",
                               slow->enterprises[0]));
    CHECK(pthread_create(&slow->thread, NULL, first_of_two, slow) == 0);
    while (!failed() && number(conn, "select count(*) from pg_locks where not granted") == 0)
        ;
    plan_manager(fast, a, &p); /* known already: done, and nothing said */
    p.event = NULL;
    client_do(fast, a, &p);
    p = (struct plan){.district = DISTRICT};
    do {
        p = (struct plan){.district = DISTRICT};
        plan_enterprise(fast, a, &p);
    } while (!p.event);
    client_do(fast, a, &p);
    if (!failed() && advance_settle(op, &e) != 0)
        fail("the second one is not applied while the first is under way: %s", e.text);
    second = position_of(conn, &fast->commands[fast->n_commands - 1]);
    first = position_of(conn, &slow->commands[slow->n_commands - 1]);
    if (!second || first)
        fail("the second one stands at %ld, the first, still under way, at %ld", second, first);
    run_sql(conn, "rollback");
    pthread_join(slow->thread, NULL);
    first = position_of(conn, &slow->commands[slow->n_commands - 1]);
    if (first != second + 1)
        fail("the first one stands at %ld, the second at %ld", first, second);
    PQfinish(conn);
    tell("the later-begun command committed and was applied everywhere at %ld, the first at %ld",
         second, first);
}
