/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/rebuild/feed.h"

#include "common/service/archive/archived_events.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "common/base/clock.h"

#include "common/base/banned.h"

/* A source that does not answer is asked anew every try, so that a stop is heard in between. */
enum { DEPTH = 2, MOST_EVENTS = 1000, TRY_MS = 1000, PATIENCE_MS = 10000 };

struct feed {
    struct bus_link *link;            /* the thread's while it runs */
    struct archived_events *archived; /* as well */
    bool (*stopped)(void *arg);
    void *arg;
    pthread_t thread;
    bool running;
    const struct leg *legs;
    size_t n_legs;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t moved;
    struct feed_batch ring[DEPTH];
    size_t at, n;
    bool over, given_up;
    int failed;
    struct errtext error;
};

/* ---- the thread ---- */

static bool is_given_up(struct feed *f)
{
    bool given_up;

    pthread_mutex_lock(&f->lock);
    given_up = f->given_up;
    pthread_mutex_unlock(&f->lock);
    return given_up || f->stopped(f->arg);
}

/* What follows @after of @leg in its source's stream, as the source gives it; in @a. A source that is away is asked again. */
static int ask_once(struct feed *f, struct arena *a, const struct leg *leg, int64_t after,
                    struct events *ret_events, struct errtext *e)
{
    int r = events_fetch(f->link, a, leg->source, leg->district, after, MOST_EVENTS, 0, TRY_MS,
                         ret_events, e);

    if (r == EVENTS_E_ARCHIVED)
        r = archived_events_read(f->archived, a, leg->source, leg->district, after, MOST_EVENTS,
                                 TRY_MS, ret_events, e);
    return r;
}

static int ask(struct feed *f, struct arena *a, const struct leg *leg, int64_t after,
               struct events *ret_events, struct errtext *e)
{
    int64_t until_us = monotonic_now_us() + PATIENCE_MS * 1000;
    int r;

    do
        r = ask_once(f, a, leg, after, ret_events, e);
    while (r == EVENTS_E_UNAVAILABLE && monotonic_now_us() < until_us && !is_given_up(f));
    return r == EVENTS_E_UNAVAILABLE ? err_raise(-EAGAIN) : err_pass(r);
}

/* The next batch of @leg after @after. */
static int fetch(struct feed *f, const struct leg *leg, int64_t after, struct feed_batch *ret_batch,
                 struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct events events;
    size_t n = 0;
    int r = ask(f, a, leg, after, &events, e);

    if (r)
        return err_pass(r);
    while (n < events.n && after + (int64_t)n < leg->until)
        n++;
    if (n == 0) {
        errtext_set(e, "the stream of %s in %s has no event %lld", leg->source, leg->district,
                    (long long)after + 1);
        return err_raise(-EBADMSG);
    }
    *ret_batch = (struct feed_batch){leg, TAKE(a), events.list, n};
    return 0;
}

/* Hand over, when there is room. False: nobody wants it any more. */
static bool give(struct feed *f, const struct feed_batch *batch)
{
    bool given;

    pthread_mutex_lock(&f->lock);
    while (f->n == DEPTH && !f->given_up)
        pthread_cond_wait(&f->moved, &f->lock);
    given = !f->given_up;
    if (given) {
        f->ring[(f->at + f->n++) % DEPTH] = *batch;
        pthread_cond_broadcast(&f->moved);
    }
    pthread_mutex_unlock(&f->lock);
    if (!given)
        arena_free(batch->arena);
    return given;
}

static void end(struct feed *f, int r, const struct errtext *e)
{
    pthread_mutex_lock(&f->lock);
    f->over = true;
    f->failed = r;
    f->error = *e;
    pthread_cond_broadcast(&f->moved);
    pthread_mutex_unlock(&f->lock);
}

static void *run(void *arg)
{
    struct feed *f = arg;
    struct errtext e = {0};
    int r = 0;

    for (size_t i = 0; i < f->n_legs && r == 0; i++)
        for (int64_t after = f->legs[i].after; after < f->legs[i].until && r == 0;) {
            struct feed_batch batch;

            r = is_given_up(f) ? err_raise(-ECANCELED) : fetch(f, &f->legs[i], after, &batch, &e);
            if (r == 0) {
                after += (int64_t)batch.n_events;
                r = give(f, &batch) ? 0 : err_raise(-ECANCELED);
            }
        }
    end(f, r, &e);
    return NULL;
}

/* ---- who applies ---- */

int feed_new(const struct bus_conf *conf, const char *archives, bool (*stopped)(void *arg),
             void *arg, struct feed **ret_f, struct errtext *e)
{
    struct feed *f = calloc(1, sizeof(*f));
    int r;

    if (!f)
        return err_raise(-ENOMEM);
    r = bus_link_new(conf, &f->link, e);
    if (r) {
        free(f);
        return err_pass(r);
    }
    f->archived = archived_events_new(f->link, archives);
    f->stopped = stopped;
    f->arg = arg;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->moved, NULL);
    *ret_f = f;
    return 0;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    feed_end(f);
    archived_events_free(f->archived);
    bus_link_free(f->link);
    pthread_cond_destroy(&f->moved);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

int feed_begin(struct feed *f, const struct leg *legs, size_t n)
{
    sigset_t all, before;
    int r;

    CHECK(!f->running && f->n == 0);
    f->legs = legs;
    f->n_legs = n;
    f->over = f->given_up = false;
    f->failed = 0;
    sigfillset(&all); /* signals are the loop thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = -pthread_create(&f->thread, NULL, run, f);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    f->running = r == 0;
    return r ? err_raise(r) : 0;
}

int feed_next(struct feed *f, struct feed_batch *ret_batch, struct errtext *e)
{
    int r = 0;

    pthread_mutex_lock(&f->lock);
    while (f->n == 0 && !f->over)
        pthread_cond_wait(&f->moved, &f->lock);
    if (f->n) {
        *ret_batch = f->ring[f->at];
        f->at = (f->at + 1) % DEPTH;
        f->n--;
        pthread_cond_broadcast(&f->moved);
    } else if (f->failed) {
        r = f->failed;
        if (e)
            *e = f->error;
    } else {
        r = FEED_E_END;
    }
    pthread_mutex_unlock(&f->lock);
    return r;
}

void feed_end(struct feed *f)
{
    if (!f->running)
        return;
    pthread_mutex_lock(&f->lock);
    f->given_up = true;
    pthread_cond_broadcast(&f->moved);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    f->running = false;
    for (; f->n; f->n--) {
        arena_free(f->ring[f->at].arena);
        f->at = (f->at + 1) % DEPTH;
    }
}
