/* SPDX-License-Identifier: Apache-2.0 */
#include "common/loop/loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "common/base/banned.h"

enum { MAX_THREADS = 64 };

struct queue {
    struct job *first;
    struct job **end;
    int n;
};

struct thread {
    struct workers *w;
    int self;
    bool rested; /* its last job was one that rests */
};

struct workers {
    struct workers_spec spec;
    uv_async_t finished; /* jobs wait for their done, or the last thread has gone */
    pthread_mutex_t lock;
    pthread_cond_t work[MAX_THREADS]; /* of each thread */
    bool idle[MAX_THREADS];           /* it waits for its cond and was not told yet */
    struct queue queue;               /* submitted, not yet begun */
    struct queue resting;             /* those of them that rest */
    int n_resting;                    /* of those, on threads */
    struct queue ran;                 /* run, their done not yet called */
    int n_open;                       /* submitted, their done not yet returned */
    int n_alive;                      /* threads that have not left yet */
    bool closing;                     /* threads leave once nothing is open */
    bool close_requested;             /* loop thread's copy */
    void (*closed)(void *);
    void *closed_arg;
    int n_threads;
    pthread_t threads[MAX_THREADS];
    struct thread args[MAX_THREADS];
};

static void destroy_conds(struct workers *w)
{
    for (int i = 0; i < MAX_THREADS; i++)
        pthread_cond_destroy(&w->work[i]);
}

static void queue_init(struct queue *q)
{
    *q = (struct queue){0};
    q->end = &q->first;
}

static void queue_push(struct queue *q, struct job *job)
{
    job->next = NULL;
    *q->end = job;
    q->end = &job->next;
    q->n++;
}

static struct job *queue_pop(struct queue *q)
{
    struct job *job = q->first;

    if (!job)
        return NULL;
    q->first = job->next;
    if (!q->first)
        q->end = &q->first;
    q->n--;
    return job;
}

/* --- worker threads --- */

/* The first of those that wait, always the same ones when there is little to do: the others' states (a database connection each) are
 * not made before they are needed. The lock is held; to be signalled without it, else who wakes would wait for it. May be NULL. */
static pthread_cond_t *to_wake(struct workers *w)
{
    for (int i = 0; i < w->spec.n_threads; i++)
        if (w->idle[i]) {
            w->idle[i] = false;
            return &w->work[i];
        }
    return NULL;
}

static void wake_all(struct workers *w)
{
    for (int i = 0; i < w->spec.n_threads; i++)
        pthread_cond_signal(&w->work[i]);
}

/* Those that rest get half of the threads, and of one thread every second go. */
static struct job *pop(struct workers *w, bool rested)
{
    bool may_rest = w->n_resting < (w->spec.n_threads + 1) / 2 && (!rested || !w->queue.first);
    struct job *job = may_rest ? queue_pop(&w->resting) : NULL;

    w->n_resting += job != NULL;
    return job ? job : queue_pop(&w->queue);
}

static struct queue *queue_of(struct workers *w, const struct job *job)
{
    return job->rests ? &w->resting : &w->queue;
}

/* The next job, waiting for it; NULL when it is time to leave. */
static struct job *next_job(struct thread *t)
{
    struct workers *w = t->w;
    struct job *job;

    pthread_mutex_lock(&w->lock);
    while (!(job = pop(w, t->rested)) && !(w->closing && w->n_open == 0)) {
        w->idle[t->self] = true;
        pthread_cond_wait(&w->work[t->self], &w->lock);
        w->idle[t->self] = false;
    }
    t->rested = job && job->rests;
    pthread_mutex_unlock(&w->lock);
    return job;
}

/* To the loop, or to the end of its queue, which this thread looks at next. */
static void hand_back(struct thread *t, struct job *job)
{
    struct workers *w = t->w;
    pthread_cond_t *cond = NULL;

    pthread_mutex_lock(&w->lock);
    w->n_resting -= t->rested;
    queue_push(job->again ? queue_of(w, job) : &w->ran, job);
    if (t->rested &&
        w->resting
            .first) /* there is a place for one of them, perhaps for one that was not let in */
        cond = to_wake(w);
    pthread_mutex_unlock(&w->lock);
    if (cond)
        pthread_cond_signal(cond);
    uv_async_send(&w->finished);
}

static void *work(void *arg)
{
    struct thread *mine = arg;
    struct workers *w = mine->w;
    void *state = w->spec.start ? w->spec.start(w->spec.arg) : NULL;
    struct job *job;

    while ((job = next_job(mine))) {
        job->again = false;
        job->run(job, state);
        hand_back(mine, job);
    }
    if (state && w->spec.end)
        w->spec.end(state);

    pthread_mutex_lock(&w->lock);
    /* sent under the lock: after the last thread has let go of it, the loop may free @w */
    if (--w->n_alive == 0 && w->close_requested)
        uv_async_send(&w->finished);
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* --- loop thread --- */

static void on_async_closed(uv_handle_t *handle)
{
    struct workers *w = container_of((uv_async_t *)handle, struct workers, finished);
    void (*closed)(void *) = w->closed;
    void *arg = w->closed_arg;

    destroy_conds(w);
    pthread_mutex_destroy(&w->lock);
    free(w);
    if (closed)
        closed(arg);
}

static void join_all(struct workers *w)
{
    for (int i = 0; i < w->n_threads; i++)
        pthread_join(w->threads[i], NULL);
}

/* Calls what has run; a done may submit again, which keeps the threads. */
static void call_done(struct workers *w)
{
    struct queue ran;
    struct job *job;
    int n = 0;

    pthread_mutex_lock(&w->lock);
    ran = w->ran;
    if (ran.first == NULL)
        ran.end = &ran.first;
    queue_init(&w->ran);
    pthread_mutex_unlock(&w->lock);

    if (w->spec.stepped)
        w->spec.stepped(w->spec.arg);
    for (; (job = queue_pop(&ran)); n++)
        job->done(job);

    pthread_mutex_lock(&w->lock);
    w->n_open -= n;
    if (w->closing && w->n_open == 0)
        wake_all(w);
    pthread_mutex_unlock(&w->lock);
}

static void on_finished(uv_async_t *handle)
{
    struct workers *w = container_of(handle, struct workers, finished);
    bool gone;

    call_done(w);
    pthread_mutex_lock(&w->lock);
    gone = w->closing && w->n_alive == 0;
    pthread_mutex_unlock(&w->lock);
    if (!gone || uv_is_closing((uv_handle_t *)handle))
        return;
    join_all(w);
    uv_close((uv_handle_t *)handle, on_async_closed);
}

/* Lets the threads go that were made before something failed. */
static void undo_threads(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->closing = true;
    wake_all(w);
    pthread_mutex_unlock(&w->lock);
    join_all(w);
    destroy_conds(w);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

/* Signals are the loop thread's: the threads are born with all of them blocked. */
static int make_threads(struct workers *w)
{
    sigset_t all, before;
    int r = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < w->spec.n_threads && !r; i++) {
        w->n_alive++; /* before it exists: it may leave at once */
        w->args[i] = (struct thread){.w = w, .self = i};
        r = -pthread_create(&w->threads[i], NULL, work, &w->args[i]);
        if (r)
            w->n_alive--;
        else
            w->n_threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

int workers_new(uv_loop_t *loop, const struct workers_spec *spec, struct workers **ret_w)
{
    struct workers *w;
    int r;

    if (spec->n_threads < 1 || spec->n_threads > MAX_THREADS || spec->queue_limit < 1)
        return err_raise(-EINVAL);
    w = calloc(1, sizeof(*w));
    if (!w)
        return err_raise(-ENOMEM);
    w->spec = *spec;
    queue_init(&w->queue);
    queue_init(&w->resting);
    queue_init(&w->ran);
    pthread_mutex_init(&w->lock, NULL);
    for (int i = 0; i < MAX_THREADS; i++)
        pthread_cond_init(&w->work[i], NULL);
    pthread_mutex_lock(&w->lock); /* n_alive is counted before any of them reads it */
    r = make_threads(w);
    pthread_mutex_unlock(&w->lock);
    if (!r)
        r = uv_async_init(loop, &w->finished, on_finished);
    if (r) {
        undo_threads(w);
        return err_raise(r);
    }
    *ret_w = w;
    return 0;
}

static int submit(struct workers *w, struct job *job, bool bounded)
{
    pthread_cond_t *cond = NULL;
    int r = 0;

    pthread_mutex_lock(&w->lock);
    if (bounded && (w->closing || w->queue.n >= w->spec.queue_limit)) {
        r = WORKERS_E_FULL;
    } else {
        queue_push(queue_of(w, job), job);
        w->n_open++;
        cond = to_wake(w);
    }
    pthread_mutex_unlock(&w->lock);
    if (cond)
        pthread_cond_signal(cond);
    return r;
}

int workers_submit(struct workers *w, struct job *job)
{
    return submit(w, job, true);
}

void workers_submit_own(struct workers *w, struct job *job)
{
    CHECK(submit(w, job, false) == 0);
}

int workers_waiting(const struct workers *w)
{
    struct workers *mine = (struct workers *)w; /* the lock is not part of what is looked at */
    int n;

    pthread_mutex_lock(&mine->lock);
    n = mine->queue.n + mine->resting.n;
    pthread_mutex_unlock(&mine->lock);
    return n;
}

void workers_close(struct workers *w, void (*closed)(void *arg), void *arg)
{
    w->closed = closed;
    w->closed_arg = arg;
    pthread_mutex_lock(&w->lock);
    CHECK(!w->closing);
    w->closing = w->close_requested = true;
    wake_all(w);
    pthread_mutex_unlock(&w->lock);
}
