/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lanes: what is to be done in a district, in order.
 *
 * A lane that gets work while it is idle is handed to the workers at once. What arrives until a worker
 * takes it up joins it, and commands that stand together share a transaction. After one batch (a turn) a
 * lane that has more goes to the end of the workers' queue by itself, so that every district gets its
 * turn and none waits for the loop in between.
 *
 * One turn is carried out at a time, but the next one's commands may begin while the disk writes the
 * commit of the one before. If anything goes wrong then, they go back and begin anew when it is known.
 */
#include "common/service/lane.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include "common/service/hear/apply.h"
#include "common/service/claim.h"
#include "common/service/command.h"
#include "common/service/metrics_http.h"
#include "common/service/task.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

/* So much is let into a lane however much waits in others (of a small queue a quarter): a flood of one district closes none but its own. */
enum { RESERVE = 8 };

/* One carried out, one at its commit, one whose done has not been called yet. */
enum { TURNS = 3 };
enum { KNOWN_WAIT_NS = 50 * 1000 * 1000 };

struct lane_turn {
    struct job job;
    struct lane *lane;
    bool taken;    /* until its done */
    bool overlaps; /* a commit was under way when it began, and is not known yet */
    bool
        late; /* its commit failed while the next turn ran: nothing more begins before it is over */
};

struct lane {
    struct service *svc;
    const char *district;
    pthread_mutex_t lock; /* of all that follow but n, gauged */
    pthread_cond_t known; /* committing became NULL */
    struct lane_item *first, **end;
    struct lane_turn turns[TURNS];
    struct lane_turn *running;    /* submitted, and not at its commit yet */
    struct lane_turn *committing; /* its commit is under way */
    bool held;                    /* its last turn waited for a lock in vain */
    bool alone;                   /* a turn that overlapped went back: the next one does not */
    int n_late;                   /* turns that are */
    int n;                        /* items waiting or under way; loop thread */
    bool gauged;                  /* it had work once, so its gauge is shown */
};

struct lanes {
    struct lane *list;
    size_t n;
    int n_commands;                   /* waiting or under way; loop thread */
    pthread_mutex_t lock;             /* of ran, ran_end */
    struct lane_item *ran, **ran_end; /* their done not yet called */
    bool stopped;
};

static void lane_run(struct job *job, void *worker);
static void lane_done(struct job *job);

int lanes_new(struct service *svc)
{
    struct lanes *lanes = calloc(1, sizeof(*lanes));
    pthread_condattr_t monotonic;

    if (!lanes)
        return err_raise(-ENOMEM);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    svc->lanes = lanes;
    lanes->list = calloc(svc->n_districts, sizeof(*lanes->list));
    if (!lanes->list)
        return err_raise(-ENOMEM);
    for (size_t i = 0; i < svc->n_districts; i++) {
        struct lane *lane = &lanes->list[i];

        lane->svc = svc;
        lane->district = svc->districts[i];
        lane->end = &lane->first;
        for (int k = 0; k < TURNS; k++)
            lane->turns[k] =
                (struct lane_turn){.job = {.run = lane_run, .done = lane_done}, .lane = lane};
        pthread_mutex_init(&lane->lock, NULL);
        pthread_cond_init(&lane->known, &monotonic);
    }
    pthread_condattr_destroy(&monotonic);
    lanes->n = svc->n_districts;
    lanes->ran_end = &lanes->ran;
    pthread_mutex_init(&lanes->lock, NULL);
    return 0;
}

void lanes_free(struct service *svc)
{
    if (!svc->lanes)
        return;
    for (size_t i = 0; i < svc->lanes->n; i++) {
        pthread_cond_destroy(&svc->lanes->list[i].known);
        pthread_mutex_destroy(&svc->lanes->list[i].lock);
    }
    pthread_mutex_destroy(&svc->lanes->lock);
    free(svc->lanes->list);
    free(TAKE(svc->lanes));
}

/* ---- turns ---- */

/* Whether the next turn may be submitted. The lock is held. */
static bool may_begin(const struct lane *lane)
{
    return !lane->running && !lane->n_late && lane->first &&
           (!lane->committing || (lane->first->kind == LANE_COMMAND && !lane->alone));
}

/* The next turn, to be submitted without the lock, which is held here; NULL: not now. */
static struct lane_turn *next_turn(struct lane *lane)
{
    for (int i = 0; i < TURNS && may_begin(lane); i++) {
        struct lane_turn *turn = &lane->turns[i];

        if (turn->taken)
            continue;
        turn->taken = true;
        turn->job.rests = lane->held;
        return lane->running = turn;
    }
    return NULL;
}

static void submit(struct lane *lane, struct lane_turn *turn)
{
    if (turn)
        workers_submit_own(lane->svc->workers, &turn->job);
}

/* The one before is over when a turn is at its commit, for it held the head's row; but its worker may not have said so yet, or be cut
 * off from the server. It is waited for so that what both did is told in order, and not for long. The lock is held. */
static void await_known(struct lane *lane)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += KNOWN_WAIT_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (lane->committing && pthread_cond_timedwait(&lane->known, &lane->lock, &until) == 0)
        continue;
}

void turn_commits(void *arg)
{
    struct lane_turn *turn = arg, *next = NULL;
    struct lane *lane = turn->lane;

    pthread_mutex_lock(&lane->lock);
    await_known(lane);
    if (lane->running == turn && !lane->committing) { /* and not at a commit gone over again */
        lane->committing = turn;
        lane->running = NULL;
        next = next_turn(lane);
    }
    pthread_mutex_unlock(&lane->lock);
    submit(lane, next);
}

/* The lock is held. */
static void commit_known(struct lane_turn *turn)
{
    if (turn->lane->committing != turn)
        return;
    turn->lane->committing = NULL;
    pthread_cond_broadcast(&turn->lane->known);
}

void turn_failed(struct lane_turn *turn)
{
    struct lane *lane = turn->lane;

    pthread_mutex_lock(&lane->lock);
    if (lane->committing == turn)
        turn->overlaps = false; /* the one before was known by then */
    commit_known(turn);
    if (!lane->running) {
        lane->running = turn;
    } else if (lane->running != turn && !turn->late) {
        turn->late = true;
        lane->n_late++;
    }
    pthread_mutex_unlock(&lane->lock);
}

bool turn_overlaps(const struct lane_turn *turn)
{
    return turn->overlaps;
}

/* ---- on a worker ---- */

/* The items of @turn: one, or all commands that stand together at the front; of a lane that was held one, for it is likely to wait. */
static size_t take_batch(struct lane_turn *turn, struct lane_item *batch[LANE_BATCH])
{
    struct lane *lane = turn->lane;
    size_t n = 0, most;

    pthread_mutex_lock(&lane->lock);
    turn->overlaps = lane->committing != NULL;
    lane->alone = false;
    most = lane->held ? 1 : LANE_BATCH;
    while (lane->first && n < most &&
           (n == 0 || (batch[0]->kind == LANE_COMMAND && lane->first->kind == LANE_COMMAND))) {
        batch[n++] = lane->first;
        lane->first = lane->first->next;
    }
    if (!lane->first)
        lane->end = &lane->first;
    pthread_mutex_unlock(&lane->lock);
    return n;
}

/* What of a batch was not carried out stands at the front again. The lock is held. */
static void put_back(struct lane *lane, struct lane_item *const *batch, size_t n)
{
    if (!lane->first)
        lane->end = &batch[n - 1]->next;
    batch[n - 1]->next = lane->first;
    lane->first = batch[0];
    for (size_t i = 0; i + 1 < n; i++)
        batch[i]->next = batch[i + 1];
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

static size_t run_commands(struct lane_turn *turn, struct lane_item *const *batch, size_t n,
                           struct worker *w, bool *ret_held)
{
    struct task *tasks[LANE_BATCH];

    for (size_t i = 0; i < n; i++)
        tasks[i] = container_of(batch[i], struct task, item);
    frame_count_batch(n);
    return commands_run(tasks, n, w, turn, ret_held);
}

/* The turn is over: @rest, its last @n items, were not carried out. */
static void end_turn(struct lane_turn *turn, struct lane_item *const *rest, size_t n, bool held)
{
    struct lane *lane = turn->lane;

    pthread_mutex_lock(&lane->lock);
    if (n)
        put_back(lane, rest, n);
    lane->held = held;
    lane->alone = n && turn->overlaps;
    commit_known(turn);
    lane->n_late -= turn->late;
    turn->late = false;
    if (lane->running == turn)
        lane->running = NULL;
    if (may_begin(lane)) {
        lane->running = turn;
        turn->job.again = true;
        turn->job.rests = held;
    }
    pthread_mutex_unlock(&lane->lock);
}

static void lane_run(struct job *job, void *worker)
{
    struct lane_turn *turn = container_of(job, struct lane_turn, job);
    struct lane_item *batch[LANE_BATCH];
    size_t n = take_batch(turn, batch), done = n;
    bool held = false;

    CHECK(n > 0);
    frame_observe_lane_us(monotonic_now_us() - batch[0]->queued_us);
    switch (batch[0]->kind) {
    case LANE_COMMAND:
        done = run_commands(turn, batch, n, worker, &held);
        break;
    case LANE_EVENTS:
        apply_run(container_of(batch[0], struct apply, item), worker);
        break;
    case LANE_TIMERS:
        claim_run(container_of(batch[0], struct claim, item), worker);
        break;
    }
    hand_over(turn->lane->svc->lanes, batch, done);
    end_turn(turn, batch + done, n - done, held);
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

/* What came, or could not begin, since the turn ended. */
static void lane_done(struct job *job)
{
    struct lane_turn *turn = container_of(job, struct lane_turn, job), *next;
    struct lane *lane = turn->lane;

    pthread_mutex_lock(&lane->lock);
    turn->taken = false;
    next = next_turn(lane);
    pthread_mutex_unlock(&lane->lock);
    submit(lane, next);
}

static int reserve(const struct service *svc)
{
    return svc->set.queue < 4 * RESERVE ? (int)svc->set.queue / 4 : RESERVE;
}

int lane_put(struct service *svc, const char *district, struct lane_item *item)
{
    size_t place = service_place(svc, district);
    struct lane *lane = &svc->lanes->list[place];
    struct lane_turn *turn;

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
    turn = next_turn(lane);
    pthread_mutex_unlock(&lane->lock);
    submit(lane, turn);
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
