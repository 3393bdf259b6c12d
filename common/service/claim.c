/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Due timers of one district on a worker: up to 64 are taken out and run in one transaction. If that
 * fails they are run one by one; one that fails keeps its error and is tried again later.
 */
#include "common/service/claim.h"

#include <string.h>

#include "common/base/str.h"
#include "common/log/log.h"
#include "common/service/aftermath.h"
#include "common/service/handling.h"
#include "common/service/metrics_http.h"
#include "common/service/timer.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { CLAIM_MAX = 64 };

struct taken {
    const char *kind, *key;
    int64_t due_at;
    bool forgotten; /* set anew or cancelled by one that ran before it */
};

struct claimed {
    struct taken list[CLAIM_MAX];
    size_t n;
    const char *error; /* why the one at @at failed */
    size_t at;
};

static const char **known_kinds(const struct service *svc, struct arena *a, size_t *ret_n)
{
    size_t n = 0;
    const char **kinds;

    for (const struct timer_kind *k = svc->spec->timers; k && k->kind; k++)
        n++;
    kinds = arena_new_array(a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        kinds[i] = svc->spec->timers[i].kind;
    *ret_n = n;
    return kinds;
}

static handler_fn *handler_of(const struct service *svc, const char *kind)
{
    const struct timer_kind *k = svc->spec->timers;

    while (strcmp(k->kind, kind) != 0)
        k++;
    return k->fn; /* only known kinds are claimed */
}

/* The id of what a timer does: the same when it has to be done again. */
static struct uuid due_id(const char *district, const struct taken *t)
{
    CLEANUP(str_release) struct str seed = STR_INIT;
    struct uuid id;

    str_printf(&seed, "timer %s %s %lld %s", district, t->kind, (long long)t->due_at, t->key);
    uuid_derive(seed.text, seed.size, &id);
    return id;
}

static int by_due(const void *a, const void *b)
{
    const struct taken *l = a, *r = b;
    int order;

    if (l->due_at != r->due_at)
        return l->due_at < r->due_at ? -1 : 1;
    order = strcmp(l->kind, r->kind);
    return order ? order : strcmp(l->key, r->key);
}

/* Take out up to @most; those that failed before are taken when nothing else is due. */
static int take(const struct claim *cl, struct tx *tx, struct arena *a, int64_t most,
                struct claimed *taken)
{
    int64_t now = clock_now(cl->svc->clock);
    size_t n_kinds;
    const char **kinds = known_kinds(cl->svc, a, &n_kinds);
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_timer_claim, &rows, T(cl->district), AT(now),
                      TA(kinds, n_kinds), I(most), B(!clock_is_manual(cl->svc->clock)));

    if (r == 0 && rows_count(rows) == 0)
        r = sql_query(tx, &sql_frame_timer_claim_failed, &rows, T(cl->district), AT(now),
                      TA(kinds, n_kinds));
    if (r)
        return r;
    taken->n = rows_count(rows);
    for (size_t i = 0; i < taken->n; i++)
        taken->list[i] = (struct taken){rows_text(rows, i, "kind"), rows_text(rows, i, "key"),
                                        rows_at(rows, i, "due_at"), false};
    qsort(taken->list, taken->n, sizeof(taken->list[0]), by_due);
    return 0;
}

void claimed_forget(struct claimed *taken, const char *kind, const char *key)
{
    for (size_t i = 0; taken && i < taken->n; i++)
        taken->list[i].forgotten |=
            strcmp(taken->list[i].kind, kind) == 0 && strcmp(taken->list[i].key, key) == 0;
}

static int run_one(struct claim *cl, struct tx *tx, struct arena *a, struct claimed *taken,
                   int64_t *timer_at)
{
    const struct taken *t = &taken->list[taken->at];
    struct uuid id = due_id(cl->district, t);
    struct handling run;
    int r;

    handling_init(&run, cl->svc, tx, a, &id, cl->district);
    run.c.timer_key = t->key;
    run.c.timer_due_at = t->due_at;
    run.claimed = taken;
    r = handler_of(cl->svc, t->kind)(&run.c);
    r = handling_outcome(&run, r);
    if (r)
        taken->error = handling_error(&run, r, tx_error(tx));
    if (run.timer_at != INSTANT_NONE && (*timer_at == INSTANT_NONE || run.timer_at < *timer_at))
        *timer_at = run.timer_at;
    return r;
}

/* Keep the error with the timer; it is tried again later. */
static int note_failure(struct claim *cl, struct pg *pg, struct arena *a, const struct taken *t,
                        const char *error)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, a);

    log_line(LOG_ERROR, "timer failed", "kind", t->kind, "key", t->key, "district", cl->district,
             "error", error, NULL);
    sql_exec(tx, &sql_frame_timer_failed, T(cl->district), T(t->kind), T(t->key), AT(t->due_at),
             T(error));
    return tx_commit(tx, NULL);
}

static void note_lag(const struct claim *cl, const struct claimed *taken)
{
    int64_t now = clock_now(cl->svc->clock);

    for (size_t i = 0; i < taken->n && !clock_is_manual(cl->svc->clock); i++)
        frame_gauge_timer_lag_us(now - taken->list[i].due_at);
}

/* The database did not let them be claimed: nothing is lost, the loop asks again soon. */
static void say_unclaimed(const struct claim *cl, const struct errtext *e)
{
    log_line(LOG_WARN, "timers cannot be claimed", "district", cl->district, "error", e->text,
             "sqlstate", e->sqlstate, NULL);
}

/* Up to @most in one transaction. 0: done, taken->n says how many. Else how it ended, with nothing done. */
static int try_claim(struct claim *cl, struct pg *pg, struct arena *a, int64_t most,
                     struct claimed *taken, struct errtext *e)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, a);
    int64_t timer_at = INSTANT_NONE;
    int r = take(cl, tx, a, most, taken);

    for (taken->at = 0; r == 0 && taken->at < taken->n; taken->at++) {
        if (!taken->list[taken->at].forgotten)
            r = run_one(cl, tx, a, taken, &timer_at);
        if (r)
            break;
    }
    if (r) {
        *e = *tx_error(tx);
        tx_rollback(tx);
        return r;
    }
    r = tx_commit(tx, e);
    if (r)
        return r;
    aftermath_note(&cl->after, pg);
    if (timer_at != INSTANT_NONE)
        aftermath_timer(&cl->after, cl->district, timer_at);
    note_lag(cl, taken);
    return 0;
}

static bool is_away(int r)
{
    return r == TX_E_LOST || r == TX_E_MACHINE || r == TX_E_COLLISION;
}

/* One, with its failure noted if it has one. Returns 0, with taken->n; or that the database is away. */
static int claim_one(struct claim *cl, struct pg *pg, struct claimed *taken)
{
    int tries = 0, r;

    for (;;) {
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct errtext e = {0};

        *taken = (struct claimed){0};
        r = try_claim(cl, pg, a, 1, taken, &e);
        if (handling_again(cl->svc, r, &e, &tries))
            continue;
        if (r == 0 || is_away(r) || taken->n == 0) {
            if (r)
                say_unclaimed(cl, &e);
            return r;
        }
        return note_failure(cl, pg, a, &taken->list[0], taken->error ? taken->error : e.text);
    }
}

static int claim_each(struct claim *cl, struct pg *pg, size_t *ret_n)
{
    struct claimed taken;
    int r = 0;

    for (*ret_n = 0; *ret_n < CLAIM_MAX && r == 0 && !service_is_stopping(cl->svc); ++*ret_n) {
        r = claim_one(cl, pg, &taken);
        if (taken.n == 0)
            break;
    }
    return r;
}

/* When the district has to be looked at again. */
static int read_next(struct claim *cl, struct pg *pg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, a);
    size_t n_kinds;
    const char **kinds = known_kinds(cl->svc, a, &n_kinds);
    struct rows *rows;
    int r =
        sql_query(tx, &sql_frame_timer_earliest, &rows, TA(&cl->district, 1), TA(kinds, n_kinds));

    if (r == 0) {
        cl->due_at = rows_at(rows, 0, "due_at");
        cl->retry_at = rows_at(rows, 0, "retry_at");
    } else {
        timers_say_unread(tx_error(tx));
    }
    tx_rollback(tx);
    return r;
}

void claim_run(struct claim *cl, struct worker *w)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pg *pg = worker_pg(w, 0);
    struct claimed taken = {.n = 0};
    struct errtext e = {0};
    size_t n = 0;
    int r;

    cl->end = CLAIM_AWAY;
    if (!pg)
        return;
    r = try_claim(cl, pg, a, CLAIM_MAX, &taken, &e);
    n = taken.n;
    if (r == TX_E_LOST)
        say_unclaimed(cl, &e);
    else if (r)
        r = claim_each(cl, pg, &n); /* says it itself */
    if (r == 0 && n == CLAIM_MAX) {
        cl->end = CLAIM_MORE;
        return;
    }
    if (r == 0 && read_next(cl, pg) == 0)
        cl->end = CLAIM_DRAINED;
}
