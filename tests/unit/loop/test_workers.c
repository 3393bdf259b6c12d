/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "common/loop/loop.h"

/* A job that may be held back until its gate opens. */
struct task {
    struct job job;
    struct bench *bench;
    uv_sem_t *gate;
    int number;
    pthread_t ran_on;
    struct task *follow_up;
    int times;    /* it is to be run again */
    atomic_int n; /* it was run */
};

struct bench {
    uv_loop_t loop;
    struct workers *w;
    atomic_int started, ended;
    int n_done;
    int order[512];
    int n_stepped;
    bool closed, gives_state, state_seen;
    pthread_t loop_thread;
};

static void *start(void *arg)
{
    struct bench *b = arg;

    atomic_fetch_add(&b->started, 1);
    return b->gives_state ? b : NULL;
}

static void end(void *state)
{
    struct bench *b = state;

    atomic_fetch_add(&b->ended, 1);
}

static void run(struct job *job, void *state)
{
    struct task *t = container_of(job, struct task, job);

    if (t->gate)
        uv_sem_wait(t->gate);
    t->ran_on = pthread_self();
    job->again = atomic_fetch_add(&t->n, 1) < t->times;
    if (state)
        t->bench->state_seen = true;
}

static void done(struct job *job)
{
    struct task *t = container_of(job, struct task, job);
    struct bench *b = t->bench;

    cr_assert(pthread_equal(pthread_self(), b->loop_thread));
    cr_assert_not(pthread_equal(pthread_self(), t->ran_on));
    b->order[b->n_done++] = t->number;
    if (t->follow_up)
        workers_submit_own(b->w, &t->follow_up->job);
}

static void stepped(void *arg)
{
    struct bench *b = arg;

    cr_assert(pthread_equal(pthread_self(), b->loop_thread));
    b->n_stepped++;
}

static void closed(void *arg)
{
    struct bench *b = arg;

    b->closed = true;
}

static void bench_start(struct bench *b, int n_threads, int limit, bool gives_state)
{
    struct workers_spec spec = {.n_threads = n_threads,
                                .queue_limit = limit,
                                .start = start,
                                .end = end,
                                .stepped = stepped,
                                .arg = b};

    *b = (struct bench){.gives_state = gives_state, .loop_thread = pthread_self()};
    cr_assert_eq(uv_loop_init(&b->loop), 0);
    cr_assert_eq(workers_new(&b->loop, &spec, &b->w), 0);
}

static void bench_end(struct bench *b)
{
    workers_close(b->w, closed, b);
    cr_assert_eq(uv_run(&b->loop, UV_RUN_DEFAULT), 0);
    cr_assert(b->closed);
    cr_assert_eq(uv_loop_close(&b->loop), 0);
}

static struct task task(struct bench *b, int number, uv_sem_t *gate)
{
    return (struct task){
        .job = {.run = run, .done = done}, .bench = b, .number = number, .gate = gate};
}

Test(workers, one_thread_keeps_the_order)
{
    struct task tasks[100];
    struct bench b;

    bench_start(&b, 1, 100, false);
    for (int i = 0; i < 100; i++) {
        tasks[i] = task(&b, i, NULL);
        cr_assert_eq(workers_submit(b.w, &tasks[i].job), 0);
    }
    while (b.n_done < 100)
        uv_run(&b.loop, UV_RUN_ONCE);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(b.order[i], i);
    bench_end(&b);
}

Test(workers, each_has_a_state_made_and_ended_once)
{
    struct task t;
    struct bench b;

    bench_start(&b, 4, 1, true);
    t = task(&b, 1, NULL);
    cr_assert_eq(workers_submit(b.w, &t.job), 0);
    bench_end(&b);
    cr_assert_eq(atomic_load(&b.started), 4);
    cr_assert_eq(atomic_load(&b.ended), 4);
    cr_assert(b.state_seen);
}

Test(workers, without_a_state_there_is_nothing_to_end)
{
    struct bench b;

    bench_start(&b, 2, 1, false);
    bench_end(&b);
    cr_assert_eq(atomic_load(&b.started), 2);
    cr_assert_eq(atomic_load(&b.ended), 0);
}

/* One job holds the only thread, so what waits is exactly what the queue holds. */
Test(workers, a_full_queue_is_said_and_own_work_goes_beyond)
{
    struct task held, waiting[3], refused, own;
    uv_sem_t gate;
    struct bench b;

    uv_sem_init(&gate, 0);
    bench_start(&b, 1, 3, false);
    held = task(&b, 0, &gate);
    cr_assert_eq(workers_submit(b.w, &held.job), 0);
    while (workers_waiting(b.w))
        uv_run(&b.loop, UV_RUN_NOWAIT);
    for (int i = 0; i < 3; i++) {
        waiting[i] = task(&b, i + 1, NULL);
        cr_assert_eq(workers_submit(b.w, &waiting[i].job), 0);
    }
    refused = task(&b, 99, NULL);
    cr_assert_eq(workers_submit(b.w, &refused.job), WORKERS_E_FULL);
    own = task(&b, 4, NULL);
    workers_submit_own(b.w, &own.job);
    cr_assert_eq(workers_waiting(b.w), 4);
    uv_sem_post(&gate);
    while (b.n_done < 5)
        uv_run(&b.loop, UV_RUN_ONCE);
    cr_assert_eq(workers_waiting(b.w), 0);
    cr_assert_eq(workers_submit(b.w, &refused.job), 0);
    bench_end(&b);
    cr_assert_eq(b.n_done, 6);
    for (int i = 0; i < 5; i++)
        cr_assert_eq(b.order[i], i);
    uv_sem_destroy(&gate);
}

Test(workers, close_runs_what_is_queued_and_its_follow_ups)
{
    struct task tasks[50], late[50], refused;
    uv_sem_t gate;
    struct bench b;

    uv_sem_init(&gate, 0);
    bench_start(&b, 3, 50, true);
    for (int i = 0; i < 50; i++) {
        tasks[i] = task(&b, i, i < 3 ? &gate : NULL);
        late[i] = task(&b, 100 + i, NULL);
        tasks[i].follow_up = &late[i];
        cr_assert_eq(workers_submit(b.w, &tasks[i].job), 0);
    }
    workers_close(b.w, closed, &b);
    refused = task(&b, 99, NULL);
    cr_assert_eq(workers_submit(b.w, &refused.job), WORKERS_E_FULL);
    for (int i = 0; i < 3; i++)
        uv_sem_post(&gate);
    cr_assert_eq(uv_run(&b.loop, UV_RUN_DEFAULT), 0);
    cr_assert(b.closed);
    cr_assert_eq(b.n_done, 100);
    cr_assert_eq(uv_loop_close(&b.loop), 0);
    uv_sem_destroy(&gate);
}

Test(workers, several_threads_run_at_once)
{
    struct task a, c;
    uv_sem_t gate;
    struct bench b;

    uv_sem_init(&gate, 0);
    bench_start(&b, 2, 2, false);
    a = task(&b, 1, &gate);
    c = task(&b, 2, NULL);
    cr_assert_eq(workers_submit(b.w, &a.job), 0);
    cr_assert_eq(workers_submit(b.w, &c.job), 0);
    while (b.n_done < 1)
        uv_run(&b.loop, UV_RUN_ONCE);
    cr_assert_eq(b.order[0], 2);
    uv_sem_post(&gate);
    bench_end(&b);
    cr_assert_eq(b.n_done, 2);
    uv_sem_destroy(&gate);
}

Test(workers, impossible_numbers_are_refused)
{
    struct workers_spec spec = {.n_threads = 0, .queue_limit = 1};
    struct workers *w = NULL;
    uv_loop_t loop;

    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(workers_new(&loop, &spec, &w), -EINVAL);
    spec.n_threads = 65;
    cr_assert_eq(workers_new(&loop, &spec, &w), -EINVAL);
    spec = (struct workers_spec){.n_threads = 1, .queue_limit = 0};
    cr_assert_eq(workers_new(&loop, &spec, &w), -EINVAL);
    cr_assert_null(w);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

/* It lets another one pass in between, its done comes after the last run, and the loop hears of the runs before. */
Test(workers, a_job_that_is_run_again_stands_at_the_end_of_the_queue)
{
    struct task first, second;
    struct bench b;
    uv_sem_t gate;

    uv_sem_init(&gate, 0);
    bench_start(&b, 1, 4, false);
    first = task(&b, 1, &gate);
    first.times = 2;
    second = task(&b, 2, NULL);
    cr_assert_eq(workers_submit(b.w, &first.job), 0);
    cr_assert_eq(workers_submit(b.w, &second.job), 0);
    for (int i = 0; i < 3; i++)
        uv_sem_post(&gate);
    bench_end(&b);
    cr_assert_eq(first.n, 3);
    cr_assert_eq(b.n_done, 2);
    cr_assert_eq(b.order[0], 2);
    cr_assert_eq(b.order[1], 1);
    cr_assert_geq(b.n_stepped, 1);
    uv_sem_destroy(&gate);
}

/* Two threads, two jobs that rest and hold their thread: the second is not let in, and another job is. */
Test(workers, jobs_that_rest_take_half_of_the_threads)
{
    struct task resting[2], other;
    struct bench b;
    uv_sem_t gate;

    uv_sem_init(&gate, 0);
    bench_start(&b, 2, 4, false);
    for (int i = 0; i < 2; i++) {
        resting[i] = task(&b, 1 + i, &gate);
        resting[i].job.rests = true;
        cr_assert_eq(workers_submit(b.w, &resting[i].job), 0);
    }
    other = task(&b, 3, NULL);
    cr_assert_eq(workers_submit(b.w, &other.job), 0);
    while (b.n_done == 0)
        uv_run(&b.loop, UV_RUN_ONCE);
    cr_assert_eq(b.order[0], 3);
    uv_sem_post(&gate);
    uv_sem_post(&gate);
    bench_end(&b);
    cr_assert_eq(b.n_done, 3);
    uv_sem_destroy(&gate);
}

/* One thread: those that rest get every second go of it. */
Test(workers, jobs_that_rest_are_not_forgotten_over_others)
{
    struct task first, resting, others[3];
    struct bench b;
    uv_sem_t gate;

    uv_sem_init(&gate, 0);
    bench_start(&b, 1, 4, false);
    first = task(&b, 1, &gate);
    cr_assert_eq(workers_submit(b.w, &first.job), 0);
    for (int i = 0; i < 3; i++) {
        others[i] = task(&b, 3 + i, NULL);
        cr_assert_eq(workers_submit(b.w, &others[i].job), 0);
    }
    resting = task(&b, 2, NULL);
    resting.job.rests = true;
    workers_submit_own(b.w, &resting.job);
    uv_sem_post(&gate);
    bench_end(&b);
    cr_assert(b.order[0] == 2 || b.order[1] == 2,
              "first when the thread had not begun yet, or next");
    uv_sem_destroy(&gate);
}
