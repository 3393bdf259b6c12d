/* SPDX-License-Identifier: Apache-2.0 */
/* echo - a service with nothing to it but the frame. ECHO_NEXT: the build that comes after. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/service/job/job.h"
#include "common/service/service.h"
#include "echo.pb-c.h"
#include "echo_sql.h"
#include "common/base/banned.h"

static int say(struct ctx *c, const char *key, const char *text)
{
    Echo__Said said = ECHO__SAID__INIT;

    said.key = (char *)key;
    said.text = (char *)text;
    emit(c, NULL, &said.base);
    return 0;
}

enum { LARGE = 9 << 20 };

/* What only the next build says. */
static void tell(struct ctx *c, const char *key, const char *text)
{
#ifdef ECHO_NEXT
    Echo__Told told = ECHO__TOLD__INIT;

    told.key = (char *)key;
    if (strcmp(text, "tell") == 0)
        emit(c, NULL, &told.base);
    else if (strcmp(text, "whisper") == 0)
        emit_optional(c, NULL, &told.base);
#else
    (void)c;
    (void)key;
    (void)text;
#endif
}

static int put(struct ctx *c, const char *key, const char *text)
{
    Echo__PutReply reply = ECHO__PUT_REPLY__INIT;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_echo_item_put, &rows, T(c->district), T(key), T(text));

    if (r)
        return r;
    reply.writes = rows_i64(rows, 0, "writes");
    if (strcmp(text, "large") == 0) {
        reply.rest = arena_zalloc(c->arena, LARGE + 1);
        memset(reply.rest, 'x', LARGE);
    }
    reply_with(c, &reply.base);
    tell(c, key, text);
    return say(c, key, text);
}

/* What no handler should do: a text of null fails, which is not passed up. */
static int spoil(struct ctx *c, const char *key, const char *text)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_echo_item_put, &rows, T(c->district), T(key), T(NULL));

    if (r == 0 || strcmp(text, "wait") == 0)
        return MSG_LATER;
    return refuse(c, reason_already_exists, "text", "item", NULL);
}

static int on_put(struct ctx *c)
{
    const Echo__Put *in = c->request;
    int r = need_text(c, "key", in->key, 1, 100);

    if (r)
        return r;
    if (strcmp(in->text, "spoil") == 0 || strcmp(in->text, "wait") == 0)
        return spoil(c, in->key, in->text);
    r = put(c, in->key, in->text);
    if (r)
        return r;
    /* after the writes, so that a test sees that nothing of them remains */
    if (strcmp(in->text, "refuse") == 0)
        return refuse(c, reason_already_exists, "text", "item", NULL);
    if (strcmp(in->text, "later") == 0)
        return MSG_LATER;
    return strcmp(in->text, "broken") == 0 ? err_raise(-EIO) : 0;
}

static int on_hold(struct ctx *c)
{
    const Echo__Hold *in = c->request;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_echo_item_get, &rows, T(c->district), T(in->key));

    r = r ? r : put(c, in->key, in->text);
    return r ? r : tx_query(c->tx, &sql_echo_hold, NULL, 0, &rows);
}

static int on_get(struct ctx *c)
{
    const Echo__Get *in = c->request;
    Echo__GetReply reply = ECHO__GET_REPLY__INIT;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_echo_item_get, &rows, T(c->district), T(in->key));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "key", "item", NULL);
    reply.text = (char *)rows_text(rows, 0, "text");
    reply.writes = rows_i64(rows, 0, "writes");
    reply_with(c, &reply.base);
    return 0;
}

static int on_remind(struct ctx *c)
{
    const Echo__Remind *in = c->request;

#ifdef ECHO_NEXT
    timer_set(c, strncmp(in->key, "next", 4) == 0 ? "next" : "remind", in->key, in->due_at);
#else
    timer_set(c, "remind", in->key, in->due_at);
#endif
    return 0;
}

#define CANCEL "cancel "
static int on_reminded(struct ctx *c)
{
    struct rows *rows;
    int r;

    sql_exec(c->tx, &sql_echo_reminded_add, T(c->district), T(c->timer_key));
    r = sql_query(c->tx, &sql_echo_cure_get, &rows, T(c->district), T(c->timer_key));
    if (r)
        return r;
    if (strncmp(c->timer_key, CANCEL, sizeof(CANCEL) - 1) == 0)
        timer_cancel(c, "remind", c->timer_key + sizeof(CANCEL) - 1);
    if (strncmp(c->timer_key, "bad", 3) == 0 && rows_count(rows) == 0)
        return err_raise(-EIO);
    return say(c, c->timer_key, "reminded");
}

/* ---- the job count: its argument is how far, as text ---- */

static int count_step(struct work *w, int64_t step, bool *ret_held)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const char *city = service_city(work_service(w));
    struct pg *pg = work_pg(w);
    struct rows *rows;
    struct tx *tx;
    int r;

    if (!pg)
        return TX_E_LOST;
    tx = tx_begin(pg, TX_WRITE, a);
    r = sql_query(tx, &sql_echo_held_get, &rows, T(city), I(step));
    *ret_held = r == 0 && rows_count(rows);
    if (r || *ret_held) {
        tx_rollback(tx);
        return r;
    }
    sql_exec(tx, &sql_echo_counted_add, T(city), I(step));
    return tx_commit(tx, NULL);
}

static int64_t number_in(struct work *w, struct bytes text)
{
    return text.data ? atoll(arena_strndup(work_arena(w), (const char *)text.data, text.size)) : 0;
}

static int job_count(struct work *w)
{
    int64_t upto = number_in(w, work_args(w)), step = number_in(w, work_from(w));
    char mark[32];
    bool held;

    if (upto <= 0) {
        errtext_set(work_error(w), "count needs a number");
        return err_raise(-EINVAL);
    }
    while (step < upto) {
        int r = count_step(w, step + 1, &held);

        if (r)
            return r;
        if (held)
            work_pause(w, 10);
        else
            step++;
        snprintf(mark, sizeof(mark), "%lld", (long long)step);
        work_mark(w, mark, strlen(mark));
        work_progress(w, "counting", step, upto);
        if (work_cancelled(w))
            return WORK_STOPPED;
    }
    work_result(w, "counted", 7);
    return 0;
}

static const struct job_kind jobs[] = {{"count", job_count}, JOB_END};

static const struct route routes[] = {
    COMMAND(echo__put, on_put),
    COMMAND(echo__hold, on_hold),
    QUERY(echo__get, on_get),
    COMMAND(echo__remind, on_remind),
    ROUTE_END,
};

static const struct timer_kind timers[] = {
    {"remind", on_reminded},
#ifdef ECHO_NEXT
    {"next", on_reminded},
#endif
    TIMER_END,
};

#define ROW(message, prefix, kind) \
    { \
        "echo", "echo." #message, &prefix##__descriptor, NULL, kind, "POST", "", \
            ROLE_DISTRICT | ROLE_CITY, REGION_COVERS, "test" \
    }

static const struct api_row api[] = {
    ROW(Put, echo__put, API_COMMAND),
    ROW(Hold, echo__hold, API_COMMAND),
    ROW(Get, echo__get, API_QUERY),
    ROW(Remind, echo__remind, API_COMMAND),
    {0},
};

int main(int argc, char **argv)
{
    static const struct service_spec spec = {
        .name = "echo",
        .migrations = echo_migrations,
        .statements = echo_statements,
        .routes = routes,
        .timers = timers,
        .jobs = jobs,
        .api = api,
    };

    return service_main(&spec, argc, argv);
}
