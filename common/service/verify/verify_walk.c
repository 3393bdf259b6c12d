/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two chains at a time, on the job's own thread and on a helper's. Beside live commands it is gentle:
 * as long as some were carried out a moment ago, the helper stands still and the other pauses as long
 * as it works.
 */
#include "common/service/verify/verify_walk.h"

#include <pthread.h>

#include "common/service/job/job.h"
#include "common/service/verify/verify_mark.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { BUSY_US = 200000 };

/* ---- pace ---- */

/* Whether commands were carried out a moment ago. Under the mutex. */
static bool is_busy(struct verify *v)
{
    uint64_t n = __atomic_load_n(&v->svc->n_commands, __ATOMIC_RELAXED);
    int64_t now = monotonic_now_us();

    if (n != v->n_commands) {
        v->n_commands = n;
        v->command_us = now;
    }
    return v->command_us && now - v->command_us < BUSY_US;
}

bool verify_must_stop(struct verify *v)
{
    return __atomic_load_n(&v->stop, __ATOMIC_RELAXED) || service_is_stopping(v->svc);
}

/* How long to leave the machine to the commands after a page that took @us; -1: until they are done. */
static int64_t rest_ms(struct walker *w, int64_t us)
{
    struct verify *v = w->v;
    int64_t ms = 0;

    pthread_mutex_lock(&v->mutex);
    if (is_busy(v))
        ms = w->helper && v->n_walking > 1 ? -1 : us / 1000 + 1;
    pthread_mutex_unlock(&v->mutex);
    return ms;
}

/* ---- walking ---- */

/* NULL: all are taken. */
static struct chain *take_chain(struct verify *v)
{
    struct chain *c = NULL;

    pthread_mutex_lock(&v->mutex);
    while (v->next < v->n_chains && !c) {
        c = &v->chains[v->next++];
        if (c->taken)
            c = NULL;
    }
    if (c)
        c->taken = true;
    pthread_mutex_unlock(&v->mutex);
    return c;
}

static void note_page(struct verify *v, struct chain *c, const struct ledger_walk *walk,
                      int64_t *rows, bool over)
{
    pthread_mutex_lock(&v->mutex);
    v->rows += ledger_walk_rows(walk) - *rows;
    *rows = ledger_walk_rows(walk);
    c->sealed = ledger_walk_sealed(walk, c->hash);
    c->loose = ledger_walk_at(walk) - c->sealed;
    c->over = over;
    pthread_mutex_unlock(&v->mutex);
}

/* After a page: say how far it is, and leave room. WORK_STOPPED. */
static int between(struct walker *w, int64_t page_us)
{
    struct verify *v = w->v;
    int64_t ms;

    if (!v->work)
        return service_is_stopping(v->svc) ? WORK_STOPPED : 0;
    if (!w->helper)
        verify_tell(v, w->chain);
    while (!verify_must_stop(v) && (ms = rest_ms(w, page_us)) != 0) {
        service_pause(v->svc, ms < 0 ? VERIFY_WAIT_MS : ms);
        if (ms > 0)
            break;
    }
    return verify_must_stop(v) ? WORK_STOPPED : 0;
}

static int walk_page(struct walker *w, struct ledger_walk *walk)
{
    struct pg *pg = w->pg ? w->pg : work_pg(w->v->work);

    return pg ? ledger_walk_page(walk, pg) : TX_E_LOST;
}

static int walk_chain(struct walker *w)
{
    struct chain *c = w->chain;
    CLEANUP(ledger_walk_free)
    struct ledger_walk *walk = ledger_walk_new(c->ledger, c->district, verify_on_fault, w->v);
    int64_t rows = 0;
    int r = 0;

    if (c->sealed)
        ledger_walk_from(walk, c->sealed, c->hash);
    while (r == 0) {
        int64_t began = monotonic_now_us();

        r = walk_page(w, walk);
        if (r == 0 || r == WALK_DONE)
            note_page(w->v, c, walk, &rows, r == WALK_DONE);
        if (r == 0)
            r = between(w, monotonic_now_us() - began);
        else if (r == WALK_DONE)
            return between(w, monotonic_now_us() - began);
    }
    return r;
}

int verify_walk_chains(struct walker *w)
{
    int r = 0;

    pthread_mutex_lock(&w->v->mutex);
    w->v->n_walking++;
    pthread_mutex_unlock(&w->v->mutex);
    while (r == 0 && !verify_must_stop(w->v) && (w->chain = take_chain(w->v)))
        r = walk_chain(w);
    pthread_mutex_lock(&w->v->mutex);
    w->v->n_walking--;
    pthread_mutex_unlock(&w->v->mutex);
    return r == 0 && verify_must_stop(w->v) ? WORK_STOPPED : r;
}

static void *help(void *arg)
{
    struct verify *v = arg;
    struct walker w = {.v = v, .helper = true};
    struct errtext e = {0};
    int r = 0;

    /* without a second connection the job's own thread does it all */
    if (pg_open(v->svc->conninfo, v->svc->schema, v->svc->statements, &w.pg, &e) == 0)
        r = verify_walk_chains(&w);
    pg_close(w.pg);
    pthread_mutex_lock(&v->mutex);
    v->helper_result = r;
    v->helper_over = true;
    pthread_mutex_unlock(&v->mutex);
    return NULL;
}

static bool helper_is_over(struct verify *v)
{
    bool over;

    pthread_mutex_lock(&v->mutex);
    over = v->helper_over;
    pthread_mutex_unlock(&v->mutex);
    return over;
}

int verify_walk_all(struct verify *v)
{
    struct walker w = {.v = v};
    pthread_t helper;
    bool helped = v->n_chains > 1 && pthread_create(&helper, NULL, help, v) == 0;
    int r = verify_walk_chains(&w);

    if (!helped)
        return r;
    if (r)
        __atomic_store_n(&v->stop, true, __ATOMIC_RELAXED);
    while (!helper_is_over(v)) {
        if (r == 0)
            verify_tell(v, NULL);
        service_pause(v->svc, VERIFY_WAIT_MS);
    }
    pthread_join(helper, NULL);
    if (r)
        return r;
    return verify_must_stop(v) && v->helper_result == 0 ? WORK_STOPPED : v->helper_result;
}
