/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/beside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"

enum { PATIENCE_MS = 60000 };

static PGconn *holder;

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "beside: %s: %s\n", what, why);
    abort();
}

void beside_patient(void)
{
    setenv("PGOPTIONS", "-c lock_timeout=60s", 1);
}

/* ---- what holds ---- */

static void run(const char *sql)
{
    PGresult *res = PQexec(holder, sql);

    if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
        give_up(sql, PQerrorMessage(holder));
    PQclear(res);
}

void beside_session(const struct pg_test *pg, const char *sql)
{
    char path[128];

    if (!holder) {
        holder = PQconnectdb(pg->superuser);
        if (PQstatus(holder) != CONNECTION_OK)
            give_up("a session", PQerrorMessage(holder));
        snprintf(path, sizeof(path), "set search_path = %s, pg_temp", pg->schema);
        run(path);
        run("begin");
    }
    run(sql);
}

void beside_hold(const struct pg_test *pg, const char *table, const char *when)
{
    char sql[1024];

    snprintf(sql, sizeof(sql),
             "create function beside() returns trigger language plpgsql security definer as $$ "
             "begin perform pg_advisory_xact_lock_shared(42); return null; end $$;"
             "create constraint trigger beside after insert or update on %s deferrable initially "
             "deferred for each row when (%s) execute function beside()",
             table, when);
    pg_test_run(pg, sql);
    beside_session(pg, "select pg_advisory_xact_lock(42)");
}

void beside_let_go(void)
{
    PQfinish(TAKE(holder)); /* its server rolls back */
}

void beside_await_true(const struct pg_test *pg, const char *sql)
{
    int64_t end = monotonic_now_us() + PATIENCE_MS * INT64_C(1000);
    bool is_true = false;

    while (!is_true) {
        char *value = pg_test_value(pg, sql);

        is_true = value && strcmp(value, "t") == 0;
        free(value);
        if (!is_true && monotonic_now_us() > end)
            give_up(sql, "does not come true");
    }
}

void beside_await(const struct pg_test *pg, int n)
{
    char sql[128];

    snprintf(sql, sizeof(sql), "select count(*) >= %d from pg_locks where not granted", n);
    beside_await_true(pg, sql);
}

/* ---- who asks ---- */

static void *ask(void *arg)
{
    struct beside_ask *by = arg;
    Hp__Envelope *env = hp__envelope__unpack(arena_pb(by->arena), by->packed.size, by->packed.data);

    by->r = env ? bus_ask(by->link, by->arena, by->service, env, &by->reply) : -1;
    return NULL;
}

void beside_post(struct beside_ask *by, const char *dir, const char *service, Hp__Envelope *env)
{
    *by = (struct beside_ask){.arena = arena_new(), .service = service};
    by->conf.dir = (char *)dir;
    by->conf.peers = by->conf.listen = (char *)"";
    env->left_ms = PATIENCE_MS;
    by->packed = bus_pack(by->arena, &env->base);
    if (bus_link_new(&by->conf, &by->link, NULL) != 0)
        give_up(dir, "no link");
    if (pthread_create(&by->thread, NULL, ask, by) != 0)
        give_up(env->type, "no thread");
}

Hp__Reply *beside_hear(struct beside_ask *by, struct arena *a)
{
    struct bytes packed;
    Hp__Reply *reply;

    pthread_join(by->thread, NULL);
    if (by->r != 0)
        give_up(by->service, "no answer");
    packed = bus_pack(by->arena, &by->reply->base);
    reply = hp__reply__unpack(arena_pb(a), packed.size, packed.data);
    bus_link_free(by->link);
    arena_free(by->arena);
    if (!reply)
        give_up("a reply", "cannot be read");
    return reply;
}

void beside_meet(const struct pg_test *pg, const char *service, const char *dir,
                 Hp__Envelope *first, const char *second_dir, Hp__Envelope *second, struct arena *a,
                 Hp__Reply *ret_replies[2])
{
    struct beside_ask by[2];

    beside_post(&by[0], dir, service, first);
    beside_await(pg, 1);
    beside_post(&by[1], second_dir, service, second);
    beside_await(pg, 2);
    beside_let_go();
    for (int i = 0; i < 2; i++)
        ret_replies[i] = beside_hear(&by[i], a);
}
