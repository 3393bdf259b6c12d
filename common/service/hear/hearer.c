/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Following other services' streams. A subscription stands for one source and one district; those
 * that wait for events are asked for together, one bus.Fetch for all of them (a pull). What comes is
 * applied in the district's lane, and the subscription waits again. While it is applied, what is known
 * to come behind it is asked for (ahead), once. Whatever goes wrong leads back to reading the position,
 * after a while that grows, and what was asked for ahead is dropped.
 */
#include "common/service/hear/hearer.h"

#include <errno.h>
#include <string.h>

#include "common/service/hear/hearer_apply.h"
#include "common/service/hear/hearer_position.h"
#include "common/service/hear/hearer_pull.h"
#include "common/service/inbox.h"
#include "common/service/metrics_http.h"

#include "common/base/banned.h"

enum {
    FETCH_MAX = 400,
    FETCH_MAX_BATCH = 1000, /* where batch handlers hear all: microseconds an event */
    AWAIT_DEFAULT_MS = 30000,
};

/* ---- who waits for a position ---- */

void hearers_await(struct task *t)
{
    const Hp__AwaitApplied *wish = t->request;
    struct hearers *all = t->svc->hearers;
    struct subscription *sub = sub_find(all, wish->source, wish->district);
    int64_t left_us = task_left_us(t, AWAIT_DEFAULT_MS);

    if (!sub) {
        task_refuse(t, reason_not_found, "source", "subscription", NULL);
        task_answer(t);
        return;
    }
    t->target = wish->position;
    /* a little before the caller stops listening */
    t->until_us = monotonic_now_us() + left_us - (left_us / 4 < 100000 ? left_us / 4 : 100000);
    t->parked_next = sub->awaiting;
    sub->awaiting = t;
    hearers_look_soon(all, t->until_us);
    if (sub->state == SUB_UNLED)
        hearers_read_positions(all);
    sub_answer_awaiting(sub); /* may end @t */
}

/* ---- looking again ---- */

static void on_timer(uv_timer_t *timer)
{
    struct hearers *all = timer->data;
    int64_t now = monotonic_now_us(), next = INT64_MAX;

    for (size_t i = 0; i < all->n; i++) {
        struct source *source = &all->sources[i];

        for (size_t j = 0; j < source->n; j++) {
            struct subscription *sub = &source->subs[j];

            sub_answer_awaiting(sub);
            for (struct task *t = sub->awaiting; t; t = t->parked_next)
                next = t->until_us < next ? t->until_us : next;
            if (sub->state != SUB_BACKING_OFF && sub->state != SUB_STOPPED &&
                !(sub->state == SUB_UNLED && sub->awaiting))
                continue;
            if (sub->until_us <= now && sub->state == SUB_UNLED)
                hearers_read_positions(all);
            else if (sub->until_us <= now)
                sub_unread(sub);
            else if (sub->until_us < next)
                next = sub->until_us;
        }
        if (source->until_us > now)
            next = source->until_us < next ? source->until_us : next;
        else
            source_pump(source);
    }
    if (next != INT64_MAX)
        hearers_look_soon(all, next);
}

void hearers_look_soon(struct hearers *all, int64_t until_us)
{
    int64_t ms = (until_us - monotonic_now_us()) / 1000 + 1;

    if (all->stopped || (uv_is_active((uv_handle_t *)&all->timer) &&
                         (int64_t)uv_timer_get_due_in(&all->timer) <= ms))
        return;
    uv_timer_start(&all->timer, on_timer, (uint64_t)(ms > 0 ? ms : 0), 0);
}

void hearers_resume(struct service *svc, const char *source, const char *district)
{
    struct subscription *sub = sub_find(svc->hearers, source, district);

    /* a reading under way may be from before the decision */
    if (sub && (sub->state == SUB_STOPPED || sub->state == SUB_UNREAD))
        sub_unread(sub);
}

/* ---- how it stands ---- */

void hearers_sum(const struct service *svc, struct hearing_sum *ret_sum)
{
    const struct hearers *all = svc->hearers;

    *ret_sum = (struct hearing_sum){0};
    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < all->sources[i].n; j++) {
            const struct subscription *sub = &all->sources[i].subs[j];

            if (sub->state == SUB_UNLED)
                ret_sum->elsewhere++;
            else if (sub->state != SUB_STOPPED)
                ret_sum->following++;
            else if (strcmp(sub->stopped_as, "diverged") == 0)
                ret_sum->diverged++;
            else if (strcmp(sub->stopped_as, "unknown") == 0)
                ret_sum->unknown++;
            else
                ret_sum->parked++;
            ret_sum->lag += sub->state == SUB_UNLED ? 0 : sub_lag(sub);
        }
}

void hearers_stopped(const struct service *svc,
                     void (*fn)(const char *source, const char *district, const char *state,
                                int64_t position, int64_t lag, void *arg),
                     void *arg)
{
    const struct hearers *all = svc->hearers;

    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < all->sources[i].n; j++) {
            const struct subscription *sub = &all->sources[i].subs[j];

            if (sub->state == SUB_STOPPED)
                fn(all->sources[i].name, sub->district, sub->stopped_as, sub->position,
                   sub_lag(sub), arg);
        }
}

void hearers_silent(const struct service *svc, void (*fn)(const char *source, void *arg), void *arg)
{
    const struct hearers *all = svc->hearers;

    for (size_t i = 0; i < all->n; i++)
        if (all->sources[i].away)
            fn(all->sources[i].name, arg);
}

/* ---- from start to stop ---- */

static bool is_first(const struct hearing *hearings, const struct hearing *h)
{
    for (const struct hearing *other = hearings; other != h; other++)
        if (strcmp(other->source, h->source) == 0)
            return false;
    return true;
}

static void source_init(struct hearers *all, struct source *source, const char *name)
{
    struct service *svc = all->svc;

    *source = (struct source){
        .all = all, .name = name, .n = svc->n_districts, .fetch_max = FETCH_MAX_BATCH};
    for (const struct hearing *h = svc->spec->hearings; h->source; h++)
        if (strcmp(h->source, name) == 0 && !h->batch)
            source->fetch_max = FETCH_MAX;
    source->subs = calloc(source->n, sizeof(*source->subs));
    CHECK(source->subs);
    for (size_t i = 0; i < source->n; i++)
        source->subs[i] = (struct subscription){
            .source = source, .district = svc->districts[i], .state = SUB_UNLED};
}

int hearers_new(struct service *svc)
{
    const struct hearing *hearings = svc->spec->hearings;
    struct hearers *all = calloc(1, sizeof(*all));
    size_t n = 0;

    if (!all)
        return err_raise(-ENOMEM);
    svc->hearers = all;
    all->svc = svc;
    for (const struct hearing *h = hearings; h && h->source; h++)
        n += is_first(hearings, h);
    all->sources = calloc(n + 1, sizeof(*all->sources));
    CHECK(all->sources);
    for (const struct hearing *h = hearings; h && h->source; h++)
        if (is_first(hearings, h))
            source_init(all, &all->sources[all->n++], h->source);
    uv_timer_init(&svc->loop, &all->timer);
    all->timer.data = all;
    return 0;
}

int hearers_prepare(struct service *svc, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct hearers *all = svc->hearers;
    size_t n = all->n * svc->n_districts, k = 0;
    bool waits = strcmp(svc->set.hear_from, "snapshot") == 0;
    const char **districts = arena_new_array(a, const char *, n + 1),
               **sources = arena_new_array(a, const char *, n + 1);
    struct tx *tx = tx_begin(svc->first_pg, TX_WRITE, a);

    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < svc->n_districts; j++, k++) {
            districts[k] = svc->districts[j];
            sources[k] = all->sources[i].name;
        }
    if (n) {
        sql_exec(tx, &sql_frame_subscription_add, TA(districts, n), TA(sources, n),
                 T(waits ? "diverged" : "following"),
                 T(waits ? "nothing is heard before a snapshot is loaded (hear.from): hongping "
                           "snapshot SERVICE FILE --load"
                         : NULL));
        sql_exec(tx, &sql_frame_subscription_known,
                 TA((const char *const *)svc->districts, svc->n_districts));
    }
    return err_fold(tx_commit(tx, e));
}

/* Of what is under way the end is waited for: its events fit the position as it is in the database, or are refused by it. */
static void doubt(struct subscription *sub)
{
    sub->doubted = true;
    if (sub->state == SUB_PULLED)
        sub->pull = NULL;
    if (sub->state == SUB_IDLE || sub->state == SUB_PULLED || sub->state == SUB_UNREAD)
        sub_unread(sub);
}

void hearers_doubt(struct service *svc)
{
    struct hearers *all = svc->hearers;

    for (size_t i = 0; i < all->n && !all->stopped; i++)
        for (size_t j = 0; j < all->sources[i].n; j++)
            doubt(&all->sources[i].subs[j]);
}

void hearers_read(struct service *svc)
{
    struct hearers *all = svc->hearers;

    hearers_doubt(svc);
    for (size_t i = 0; i < all->n && !all->stopped; i++)
        for (size_t j = 0; j < all->sources[i].n; j++)
            if (all->sources[i].subs[j].state == SUB_STOPPED)
                sub_unread(&all->sources[i].subs[j]);
}

void hearers_lead(struct service *svc, const char *district, bool lead)
{
    struct hearers *all = svc->hearers;

    for (size_t i = 0; i < all->n; i++) {
        struct subscription *sub = sub_of(&all->sources[i], district);

        if (!sub)
            continue;
        sub->led = lead;
        if (lead && sub->state == SUB_UNLED)
            sub_unread(sub);
        else if (!lead && sub->state != SUB_APPLYING && sub->state != SUB_PULLED)
            sub->state = SUB_UNLED; /* else when that is over */
    }
}

void hearers_stop(struct service *svc)
{
    struct hearers *all = svc->hearers;

    all->stopped = true;
    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < all->sources[i].n; j++)
            sub_answer_awaiting(&all->sources[i].subs[j]);
    uv_close((uv_handle_t *)&all->timer, NULL);
}

void hearers_free(struct service *svc)
{
    if (!svc->hearers)
        return;
    for (size_t i = 0; i < svc->hearers->n; i++) {
        for (size_t j = 0; j < svc->hearers->sources[i].n; j++)
            sub_drop_ahead(&svc->hearers->sources[i].subs[j]);
        free(svc->hearers->sources[i].subs);
    }
    free(svc->hearers->sources);
    free(TAKE(svc->hearers));
}
