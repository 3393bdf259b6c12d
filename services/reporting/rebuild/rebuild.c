/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/rebuild/rebuild.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "reporting_aside_sql.h"
#include "reporting_sql.h"
#include "services/reporting/apply.h"
#include "services/reporting/pile.h"
#include "services/reporting/rebuild/breaker.h"
#include "services/reporting/rebuild/compare.h"
#include "services/reporting/rebuild/feed.h"

#include "common/base/banned.h"

/* Events that may be left to be replayed in a snapshot: a moment's work. */
enum { FEW = 1000 };

struct rebuild {
    const struct rebuild_spec *spec;
    struct arena *arena; /* the caller's: keeps the differences */
    struct rebuild_result *result;
    struct errtext *e;
    struct pg *keeper; /* holds the lock, makes and clears the tables aside */
    bool locked;
    struct pg *pg; /* replays and compares */
    struct breaker *breaker;
    struct feed *feed;
    int64_t n_put[N_PUTS]; /* rows, into each model */
};

/* ---- ends ---- */

/* What @r, the outcome of a statement of @tx or of its end, means for the rebuild; keeps why. */
static int tx_result(struct rebuild *b, struct tx *tx, int r)
{
    if (r)
        *b->e = *tx_error(tx);
    return err_fold(r);
}

/* End @tx: commit if @r is 0, else roll back. */
static int tx_end(struct rebuild *b, struct tx *tx, int r)
{
    if (r == 0)
        return err_fold(tx_commit(tx, b->e));
    tx_rollback(tx);
    return err_pass(r);
}

static int exec(struct rebuild *b, struct pg *pg, const struct sql_stmt *stmt)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, a);

    tx_exec(tx, stmt, NULL, 0);
    return tx_end(b, tx, 0);
}

/* ---- opening ---- */

/* From now on the breaker ends what @pg does. */
static int aim(struct rebuild *b, struct pg *pg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, a);
    struct rows *rows;
    int r = tx_result(b, tx, tx_query(tx, &sql_backend_pid, NULL, 0, &rows));

    if (r == 0)
        breaker_aim(b->breaker, rows_i64(rows, 0, "pid"));
    tx_rollback(tx);
    return err_pass(r);
}

static int lock(struct rebuild *b)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(b->keeper, TX_WRITE, a);
    int r;

    tx_exec(tx, &sql_aside_lock, NULL, 0);
    r = tx_commit(tx, b->e);
    b->locked = r == 0;
    /* on a sound connection it can only fail by not getting the lock in time */
    return r && pg_alive(b->keeper) ? REBUILD_E_BUSY : err_fold(r);
}

static int open_all(struct rebuild *b)
{
    static const struct sql_stmt *const *const own[] = {reporting_statements, NULL};
    static const struct sql_stmt *const *const aside[] = {reporting_statements,
                                                          reporting_aside_statements, NULL};
    const struct rebuild_spec *s = b->spec;
    int r;

    r = breaker_new(s->conninfo, s->schema, s->cancelled, s->arg, &b->breaker);
    r = r ? r : pg_open(s->conninfo, s->schema, own, &b->keeper, b->e);
    r = r ? r : aim(b, b->keeper);
    r = r ? r : lock(b);
    if (r)
        return r;
    r = exec(b, b->keeper, &sql_aside_clear);
    r = r ? r : exec(b, b->keeper, &sql_aside_make);
    r = r ? r : pg_open(s->conninfo, s->schema, aside, &b->pg, b->e);
    r = r ? r : aim(b, b->pg);
    r = r ? r : exec(b, b->pg, &sql_aside_session);
    return r ? r : feed_new(s->bus, s->archives, s->cancelled, s->arg, &b->feed, b->e);
}

static void close_all(struct rebuild *b)
{
    struct errtext e = {0};

    feed_free(b->feed);
    breaker_free(b->breaker);
    pg_close(b->pg);
    if (b->locked && pg_alive(b->keeper)) {
        b->e = &e; /* what is left then the next one clears */
        if (exec(b, b->keeper, &sql_aside_clear) != 0) {
        }
    }
    pg_close(b->keeper);
}

/* ---- replaying ---- */

static int read_event(struct rebuild *b, struct arena *a, const char *source,
                      const Hp__Event *event, struct sink *sink)
{
    const struct view *v = view_for(source, event->type);
    struct ctx c = {
        .arena = a, .district = event->district, .source = source, .event = event, .account = ""};

    if (!v)
        return 0;
    c.request =
        protobuf_c_message_unpack(v->event, arena_pb(a), event->payload.len, event->payload.data);
    if (!c.request) {
        errtext_set(b->e, "event %lld of %s in %s is no %s", (long long)event->position, source,
                    event->district, event->type);
        return err_raise(-EBADMSG);
    }
    reporting_read(&c, sink);
    return 0;
}

static const struct sql_stmt *const aside_puts[N_PUTS] = {
    [PUT_TIMELINE] = &sql_aside_timeline_put,
    [PUT_TIMELINE_SUBJECT] = &sql_aside_timeline_subject_put,
    [PUT_SUBJECT] = &sql_aside_subject_put,
    [PUT_NAME] = &sql_aside_rename_put,
    [PUT_PROGRESS] = &sql_aside_progress_put,
    [PUT_UNPROGRESS] = &sql_aside_progress_undo,
    [PUT_DOSSIER] = &sql_aside_dossier_put,
    [PUT_TASK] = &sql_aside_task_put,
    [PUT_TERM] = &sql_aside_term_put,
};

/* A batch and the position behind it, in @tx. */
static int apply_batch(struct rebuild *b, struct tx *tx, const struct feed_batch *batch)
{
    const struct leg *leg = batch->leg;
    struct piles piles;
    int r = 0;

    piles_init(&piles, aside_puts, tx, batch->arena);
    for (size_t i = 0; i < batch->n_events && r == 0; i++)
        r = read_event(b, batch->arena, leg->source, batch->events[i], &piles.sink);
    if (r)
        return err_pass(r);
    piles_flush(&piles);
    for (enum put what = 0; what < N_PUTS; what++)
        b->n_put[what] += (int64_t)piles.n_put[what];
    sql_exec(tx, &sql_aside_reach, T(leg->district), T(leg->source),
             I(batch->events[batch->n_events - 1]->position));
    b->result->events += (int64_t)batch->n_events;
    return 0;
}

/* What the live models have come further, as of @tx; in @a. */
static int read_legs(struct rebuild *b, struct tx *tx, struct arena *a, struct leg **ret_legs,
                     size_t *ret_n, int64_t *ret_events)
{
    struct rows *rows;
    int r = tx_result(b, tx, tx_query(tx, &sql_aside_behind, NULL, 0, &rows));
    struct leg *legs;

    if (r)
        return err_pass(r);
    legs = arena_new_array(a, struct leg, rows_count(rows) + 1);
    *ret_events = 0;
    for (size_t i = 0; i < rows_count(rows); i++) {
        legs[i] = (struct leg){rows_text(rows, i, "source"), rows_text(rows, i, "district"),
                               rows_i64(rows, i, "after"), rows_i64(rows, i, "until")};
        *ret_events += legs[i].until - legs[i].after;
    }
    *ret_legs = legs;
    *ret_n = rows_count(rows);
    return 0;
}

/* Every batch of @legs: in @tx, or where that is NULL each in a transaction of its own. */
static int replay_legs(struct rebuild *b, struct tx *tx, const struct leg *legs, size_t n,
                       int64_t total)
{
    int r = feed_begin(b->feed, legs, n);
    struct feed_batch batch;

    if (r)
        return err_pass(r);
    while ((r = feed_next(b->feed, &batch, b->e)) == 0) {
        CLEANUP(arena_free) struct arena *a = batch.arena;
        struct tx *own = tx ? NULL : tx_begin(b->pg, TX_WRITE, a);

        r = apply_batch(b, tx ? tx : own, &batch);
        if (own)
            r = tx_end(b, own, r);
        if (r || b->spec->cancelled(b->spec->arg))
            break;
        if (own)
            b->spec->progress(b->spec->arg, "replay", b->result->events, total);
    }
    feed_end(b->feed);
    return r == FEED_E_END ? 0 : err_pass(r);
}

/* Replay to where the live models stand, until only a few events are left; at least once. */
static int replay(struct rebuild *b)
{
    int64_t left;
    int r;

    do {
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct tx *tx = tx_begin(b->pg, TX_READ_ONLY, a);
        struct leg *legs;
        size_t n;

        r = read_legs(b, tx, a, &legs, &n, &left);
        tx_rollback(tx);
        if (r == 0 && n)
            r = replay_legs(b, NULL, legs, n, b->result->events + left);
    } while (r == 0 && left > FEW && !b->spec->cancelled(b->spec->arg));
    return err_pass(r);
}

/*
 * A transaction in which both sides stand at the same positions; the end is the caller's. Where more
 * than a few events are left, they are replayed without it first: it keeps the server from clearing
 * dead rows of every service.
 */
static int level(struct rebuild *b, struct arena *a, struct tx **ret_tx)
{
    struct leg *legs;
    int64_t left;
    size_t n;
    int r;

    for (;;) {
        struct tx *tx = tx_begin(b->pg, TX_WRITE, a);

        sql_exec(tx, &sql_aside_snapshot);
        r = read_legs(b, tx, a, &legs, &n, &left);
        if (r == 0 && left <= FEW) {
            r = n ? replay_legs(b, tx, legs, n, 0) : 0;
            if (r == 0) {
                *ret_tx = tx;
                return 0;
            }
        }
        tx_rollback(tx);
        r = r ? r : replay(b);
        if (r == 0 && b->spec->cancelled(b->spec->arg))
            r = err_raise(-ECANCELED);
        if (r)
            return err_pass(r);
    }
}

/* ---- comparing ---- */

static int compare_one(struct rebuild *b, struct compared *model)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx;
    int r = level(b, a, &tx);

    if (r)
        return err_pass(r);
    r = tx_result(b, tx, compare_part(model, tx, b->arena, b->result));
    return tx_end(b, tx, r);
}

static int compare_all(struct rebuild *b)
{
    struct compared models[N_MODELS];
    int64_t n_parts = 0, done = 0;
    int r = exec(b, b->pg, &sql_aside_plans);

    if (r)
        return err_pass(r);
    compare_init(models, b->n_put, b->spec->part_rows);
    for (size_t i = 0; i < N_MODELS; i++)
        n_parts += models[i].n_parts;
    for (size_t i = 0; i < N_MODELS; i++)
        while (models[i].part < models[i].n_parts) {
            b->spec->progress(b->spec->arg, "compare", done++, n_parts);
            r = compare_one(b, &models[i]);
            if (r || b->spec->cancelled(b->spec->arg))
                return err_pass(r);
        }
    b->spec->progress(b->spec->arg, "compare", done, n_parts);
    return 0;
}

/* ---- all of it ---- */

static int run(struct rebuild *b)
{
    int64_t began_us = monotonic_now_us(), replayed_us;
    int r = b->spec->cancelled(b->spec->arg) ? err_raise(-ECANCELED) : open_all(b);

    r = r ? r : replay(b);
    replayed_us = monotonic_now_us();
    r = r ? r : compare_all(b);
    b->result->replay_us = replayed_us - began_us;
    b->result->compare_us = monotonic_now_us() - replayed_us;
    return r;
}

int rebuild_run(const struct rebuild_spec *spec, struct arena *arena,
                struct rebuild_result *ret_result, struct errtext *e)
{
    struct rebuild_result result = {
        .differences = arena_new_array(arena, struct rebuild_difference, REBUILD_MOST_DIFFERENCES)};
    struct errtext unasked = {0};
    struct rebuild b = {.spec = spec, .arena = arena, .result = &result, .e = e ? e : &unasked};
    int r = run(&b);

    close_all(&b);
    if (spec->cancelled(spec->arg))
        return REBUILD_E_CANCELLED;
    if (r == 0)
        *ret_result = result;
    return r;
}
