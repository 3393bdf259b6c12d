/* SPDX-License-Identifier: Apache-2.0 */
/* mirror - writes down what echo says. ECHO_NEXT: the build that comes after, which hears Told too. */
#include <errno.h>
#include <string.h>

#include "common/service/service.h"
#include "echo.pb-c.h"
#include "mirror_sql.h"
#include "common/base/banned.h"

static int on_said(struct ctx *c)
{
    const Echo__Said *said = c->request;
    struct rows *rows;
    int r;

    sql_exec(c->tx, &sql_mirror_heard_add, T(c->district), I(c->event->position), T(said->key),
             T(said->text), AT(c->now));
    if (strcmp(said->key, "bad") != 0)
        return 0;
    r = sql_query(c->tx, &sql_mirror_cure_get, &rows, T(c->district), T(said->key));
    if (r)
        return r;
    return rows_count(rows) ? 0 : err_raise(-EIO);
}

#ifdef ECHO_NEXT
static int on_told(struct ctx *c)
{
    const Echo__Told *told = c->request;

    sql_exec(c->tx, &sql_mirror_told_add, T(c->district), I(c->event->position), T(told->key));
    return 0;
}

/* Neighbours of both types. */
static int on_batch(struct ctx *c)
{
    int r = 0;

    sql_exec(c->tx, &sql_mirror_batch_add, T(c->district), I(c->event->position),
             I((int64_t)c->n_events));
    for (size_t i = 0; i < c->n_events && r == 0; i++) {
        const ProtobufCMessage *message = c->requests[i];
        struct ctx one = *c;

        one.event = c->events[i];
        one.request = message;
        r = message->descriptor == &echo__told__descriptor ? on_told(&one) : on_said(&one);
    }
    return r;
}
#endif

static const struct hearing hearings[] = {
#ifdef ECHO_NEXT
    HEAR_BATCH(echo, echo__said, on_batch),
    HEAR_BATCH(echo, echo__told, on_batch),
#else
    HEAR(echo, echo__said, on_said),
#endif
    HEAR_END,
};

static const char *const heard[] = {
    "heard",
#ifdef ECHO_NEXT
    "told",
    "batch",
#endif
    NULL,
};

int main(int argc, char **argv)
{
    static const struct service_spec spec = {
        .name = "mirror",
        .migrations = mirror_migrations,
        .statements = mirror_statements,
        .hearings = hearings,
        .heard = heard,
    };

    return service_main(&spec, argc, argv);
}
