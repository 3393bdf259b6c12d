/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/rebuild/breaker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "common/db/tx.h"
#include "reporting_sql.h"

#include "common/base/banned.h"

enum { LOOK_MS = 100 };

struct breaker {
    const char *conninfo, *schema;
    bool (*stopped)(void *arg);
    void *arg;
    struct pg *pg; /* the thread's */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    int64_t backend;
    bool end;
};

/* Under the lock, so that no other session is met that the process serves later. */
static void cancel(struct breaker *b)
{
    static const struct sql_stmt *const *const lists[] = {reporting_statements, NULL};
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct rows *rows;
    struct tx *tx;

    if (!b->backend)
        return;
    if (b->pg && !pg_alive(b->pg))
        pg_close(TAKE(b->pg));
    if (!b->pg && pg_open(b->conninfo, b->schema, lists, &b->pg, NULL) != 0)
        return; /* tried again at the next look */
    tx = tx_begin(b->pg, TX_READ_ONLY, a);
    if (sql_query(tx, &sql_backend_cancel, &rows, I(b->backend)) != 0) {
        /* tried again at the next look */
    }
    tx_rollback(tx);
}

static void *run(void *arg)
{
    struct breaker *b = arg;
    struct timespec until;

    pthread_mutex_lock(&b->lock);
    while (!b->end) {
        if (b->stopped(b->arg))
            cancel(b);
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += LOOK_MS * 1000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        pthread_cond_timedwait(&b->ended, &b->lock, &until);
    }
    pthread_mutex_unlock(&b->lock);
    pg_close(b->pg);
    return NULL;
}

int breaker_new(const char *conninfo, const char *schema, bool (*stopped)(void *arg), void *arg,
                struct breaker **ret_b)
{
    struct breaker *b = calloc(1, sizeof(*b));
    pthread_condattr_t attr;
    sigset_t all, before;
    int r;

    if (!b)
        return err_raise(-ENOMEM);
    *b = (struct breaker){.conninfo = conninfo, .schema = schema, .stopped = stopped, .arg = arg};
    pthread_mutex_init(&b->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&b->ended, &attr);
    pthread_condattr_destroy(&attr);
    sigfillset(&all); /* signals are the loop thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = -pthread_create(&b->thread, NULL, run, b);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (r) {
        pthread_cond_destroy(&b->ended);
        pthread_mutex_destroy(&b->lock);
        free(b);
        return err_raise(r);
    }
    *ret_b = b;
    return 0;
}

void breaker_aim(struct breaker *b, int64_t backend)
{
    pthread_mutex_lock(&b->lock);
    b->backend = backend;
    pthread_mutex_unlock(&b->lock);
}

void breaker_free(struct breaker *b)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    b->end = true;
    pthread_cond_broadcast(&b->ended);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->thread, NULL);
    pthread_cond_destroy(&b->ended);
    pthread_mutex_destroy(&b->lock);
    free(b);
}
