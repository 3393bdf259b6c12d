/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lanes: what is to be done in a district, in order, one worker at a time.
 *
 * A lane that gets work while it is idle is handed to the workers at once. What arrives until a worker
 * takes it up joins it, and commands that stand together share a transaction. After one batch a lane
 * that has more goes to the end of the workers' queue by itself, so that every district gets its turn
 * and none waits for the loop in between.
 */
#include <errno.h>
#include <string.h>

#include "common/service/frame.h"
#include "common/base/banned.h"

/* So much is let into a lane however much waits in others (of a small queue a quarter): a flood of one district closes none but its own. */
enum { RESERVE = 8 };

struct lane {
    struct job job;
    struct service *svc;
    const char *district;
    pthread_mutex_t lock; /* of first, end */
    struct lane_item *first, **end;
    bool busy;   /* submitted and not done; loop thread */
    int n;       /* items waiting or under way; loop thread */
    bool gauged; /* it had work once, so its gauge is shown */
};

struct lanes {
    struct lane *list;
    size_t n;
    int n_commands;                   /* waiting or under way; loop thread */
    pthread_mutex_t lock;             /* of ran, ran_end */
    struct lane_item *ran, **ran_end; /* their done not yet called */
    bool stopped;
};

int lanes_new(struct service *svc)
{
    struct lanes *lanes = calloc(1, sizeof(*lanes));

    if (!lanes)
        return err_raise(-ENOMEM);
    svc->lanes = lanes;
    lanes->list = calloc(svc->n_districts, sizeof(*lanes->list));
    if (!lanes->list)
        return err_raise(-ENOMEM);
    for (size_t i = 0; i < svc->n_districts; i++) {
        struct lane *lane = &lanes->list[i];

        lane->svc = svc;
        lane->district = svc->districts[i];
        lane->end = &lane->first;
        pthread_mutex_init(&lane->lock, NULL);
    }
    lanes->n = svc->n_districts;
    lanes->ran_end = &lanes->ran;
    pthread_mutex_init(&lanes->lock, NULL);
    return 0;
}

void lanes_free(struct service *svc)
{
    if (!svc->lanes)
        return;
    for (size_t i = 0; i < svc->lanes->n; i++)
        pthread_mutex_destroy(&svc->lanes->list[i].lock);
    pthread_mutex_destroy(&svc->lanes->lock);
    free(svc->lanes->list);
    free(TAKE(svc->lanes));
}

/* ---- on a worker ---- */

/* The items of the next batch: one, or all commands that stand together at the front. */
static size_t take_batch(struct lane *lane, struct lane_item *batch[LANE_BATCH])
{
    size_t n = 0;

    pthread_mutex_lock(&lane->lock);
    while (lane->first && n < LANE_BATCH &&
           (n == 0 || (batch[0]->kind == LANE_COMMAND && lane->first->kind == LANE_COMMAND))) {
        batch[n++] = lane->first;
        lane->first = lane->first->next;
    }
    if (!lane->first)
        lane->end = &lane->first;
    pthread_mutex_unlock(&lane->lock);
    return n;
}

/* What of a batch was not carried out stands at the front again. */
static void put_back(struct lane *lane, struct lane_item *const *batch, size_t n)
{
    pthread_mutex_lock(&lane->lock);
    if (!lane->first)
        lane->end = &batch[n - 1]->next;
    batch[n - 1]->next = lane->first;
    lane->first = batch[0];
    for (size_t i = 0; i + 1 < n; i++)
        batch[i]->next = batch[i + 1];
    pthread_mutex_unlock(&lane->lock);
}

static bool has_more(struct lane *lane)
{
    bool more;

    pthread_mutex_lock(&lane->lock);
    more = lane->first != NULL;
    pthread_mutex_unlock(&lane->lock);
    return more;
}

/* What was carried out, to the loop. */
static void hand_over(struct lanes *lanes, struct lane_item *const *batch, size_t n)
{
    pthread_mutex_lock(&lanes->lock);
    for (size_t i = 0; i < n; i++) {
        batch[i]->next = NULL;
        *lanes->ran_end = batch[i];
        lanes->ran_end = &batch[i]->next;
    }
    pthread_mutex_unlock(&lanes->lock);
}

static size_t run_commands(struct lane_item *const *batch, size_t n, struct worker *w)
{
    struct task *tasks[LANE_BATCH];

    for (size_t i = 0; i < n; i++)
        tasks[i] = container_of(batch[i], struct task, item);
    frame_count_batch(n);
    return commands_run(tasks, n, w);
}

static void lane_run(struct job *job, void *worker)
{
    struct lane *lane = container_of(job, struct lane, job);
    struct lane_item *batch[LANE_BATCH];
    size_t n = take_batch(lane, batch), done = n;

    CHECK(n > 0);
    frame_observe_lane_us(monotonic_now_us() - batch[0]->queued_us);
    switch (batch[0]->kind) {
    case LANE_COMMAND:
        done = run_commands(batch, n, worker);
        break;
    case LANE_EVENTS:
        apply_run(container_of(batch[0], struct apply, item), worker);
        break;
    case LANE_TIMERS:
        claim_run(container_of(batch[0], struct claim, item), worker);
        break;
    }
    if (done < n)
        put_back(lane, batch + done, n - done);
    hand_over(lane->svc->lanes, batch, done);
    job->again = has_more(lane);
}

/* ---- on the loop ---- */

void lanes_stepped(struct service *svc)
{
    struct lanes *lanes = svc->lanes;
    struct lane_item *item, *next;

    pthread_mutex_lock(&lanes->lock);
    item = TAKE(lanes->ran);
    lanes->ran_end = &lanes->ran;
    pthread_mutex_unlock(&lanes->lock);
    for (; item; item = next) {
        next = item->next;
        item->lane->n--;
        lanes->n_commands -= item->kind == LANE_COMMAND;
        item->done(item);
    }
}

/* What came after the worker looked last. */
static void lane_done(struct job *job)
{
    struct lane *lane = container_of(job, struct lane, job);

    lane->busy = has_more(lane);
    if (lane->busy)
        workers_submit_own(lane->svc->workers, &lane->job);
}

static int reserve(const struct service *svc)
{
    return svc->set.queue < 4 * RESERVE ? (int)svc->set.queue / 4 : RESERVE;
}

int lane_put(struct service *svc, const char *district, struct lane_item *item)
{
    size_t place = service_place(svc, district);
    struct lane *lane = &svc->lanes->list[place];

    CHECK(place < svc->n_districts);
    if (item->kind == LANE_COMMAND) {
        if (svc->lanes->stopped ||
            (svc->lanes->n_commands >= svc->set.queue && lane->n >= reserve(svc)))
            return LANE_FULL;
        svc->lanes->n_commands++;
    }
    lane->n++;
    lane->gauged = true;
    item->next = NULL;
    item->lane = lane;
    item->queued_us = monotonic_now_us();
    pthread_mutex_lock(&lane->lock);
    *lane->end = item;
    lane->end = &item->next;
    pthread_mutex_unlock(&lane->lock);
    if (!lane->busy) {
        lane->busy = true;
        lane->job = (struct job){.run = lane_run, .done = lane_done};
        workers_submit_own(svc->workers, &lane->job);
    }
    return 0;
}

int lanes_waiting(const struct service *svc)
{
    return svc->lanes->n_commands;
}

void lanes_gauge(const struct service *svc)
{
    for (size_t i = 0; i < svc->lanes->n; i++)
        if (svc->lanes->list[i].gauged)
            frame_gauge_lane(svc->lanes->list[i].district, svc->lanes->list[i].n);
}

void lanes_stop(struct service *svc)
{
    svc->lanes->stopped = true;
}
