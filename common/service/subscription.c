/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Following other services' streams. One subscription per source and district, each in a circle on
 * the loop: read the position, fetch what is behind it, apply it on a worker, and again. Whatever
 * goes wrong leads back to reading the position, after a while that grows.
 */
#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/frame.h"
#include "common/base/banned.h"

enum {
    FETCH_MAX = 200,
    FETCH_WAIT_MS = 5000,
    FETCH_DEADLINE_MS = 15000,
    BACKOFF_FIRST_MS = 50,
    BACKOFF_LAST_MS = 2000,
    PARKED_LOOK_MS = 5000,
    AWAIT_DEFAULT_MS = 30000
};

enum sub_state { SUB_IDLE, SUB_READING, SUB_FETCHING, SUB_APPLYING, SUB_BACKING_OFF, SUB_PARKED };

struct subscription {
    struct subscriptions *all;
    const char *source, *district;
    enum sub_state state;
    int64_t position; /* -1: not read yet */
    uv_timer_t timer;
    struct apply apply;
    int64_t backoff_ms;
    bool away; /* the source's silence was logged */
    struct task *awaiting;
};

struct subscriptions {
    struct service *svc;
    struct subscription *list;
    size_t n;
    uv_timer_t timer; /* the first to stop waiting */
    bool stopped;
};

static void sub_read(struct subscription *sub);

/* ---- who waits for a position ---- */

static void answer_waiting(struct subscription *sub)
{
    int64_t now = monotonic_now_us();

    for (struct task **at = &sub->awaiting; *at;) {
        struct task *t = *at;
        bool reached = sub->position >= t->target;

        if (!reached && sub->state != SUB_PARKED && t->until_us > now && !sub->all->stopped) {
            at = &t->parked_next;
            continue;
        }
        *at = t->parked_next;
        if (reached)
            task_done(t, NULL, NULL);
        else
            task_refuse(t, reason_not_applied, "position", NULL);
        task_answer(t);
    }
}

static void arm_waiting(struct subscriptions *all);

static void on_waited(uv_timer_t *timer)
{
    struct subscriptions *all = timer->data;

    for (size_t i = 0; i < all->n; i++)
        answer_waiting(&all->list[i]);
    arm_waiting(all);
}

static void arm_waiting(struct subscriptions *all)
{
    int64_t next = INT64_MAX, now = monotonic_now_us();

    for (size_t i = 0; i < all->n; i++)
        for (struct task *t = all->list[i].awaiting; t; t = t->parked_next)
            next = t->until_us < next ? t->until_us : next;
    if (next != INT64_MAX && !all->stopped)
        uv_timer_start(&all->timer, on_waited, (uint64_t)(next > now ? (next - now) / 1000 + 1 : 0),
                       0);
}

static struct subscription *find(struct service *svc, const char *source, const char *district)
{
    struct subscriptions *all = svc->subscriptions;

    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->list[i].source, source) == 0 &&
            strcmp(all->list[i].district, district) == 0)
            return &all->list[i];
    return NULL;
}

void subscriptions_await(struct task *t)
{
    const Hp__AwaitApplied *wish = t->request;
    struct subscriptions *all = t->svc->subscriptions;
    struct subscription *sub = find(t->svc, wish->source, wish->district);
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
    answer_waiting(sub); /* may end @t */
    arm_waiting(all);
}

/* ---- the circle ---- */

static void gauge_parked(struct subscriptions *all)
{
    int64_t n = 0;

    for (size_t i = 0; i < all->n; i++)
        n += all->list[i].state == SUB_PARKED;
    frame_gauge_parked(n);
}

static void on_timer(uv_timer_t *timer)
{
    sub_read(timer->data);
}

static void sub_back_off(struct subscription *sub)
{
    if (sub->all->stopped)
        return;
    sub->state = SUB_BACKING_OFF;
    sub->backoff_ms = sub->backoff_ms ? sub->backoff_ms * 2 : BACKOFF_FIRST_MS;
    if (sub->backoff_ms > BACKOFF_LAST_MS)
        sub->backoff_ms = BACKOFF_LAST_MS;
    uv_timer_start(&sub->timer, on_timer, (uint64_t)sub->backoff_ms, 0);
}

static void sub_park(struct subscription *sub)
{
    sub->state = SUB_PARKED;
    gauge_parked(sub->all);
    answer_waiting(sub);
    /* another instance may hear the operator's decision */
    if (!sub->all->stopped)
        uv_timer_start(&sub->timer, on_timer, PARKED_LOOK_MS, 0);
}

static void sub_fetch(struct subscription *sub);

static void on_applied(struct job *job)
{
    struct apply *ap = container_of(job, struct apply, job);
    struct subscription *sub = container_of(ap, struct subscription, apply);
    bool read = !ap->batch, was_parked = ap->parked;
    int result = ap->result;

    aftermath_apply(sub->all->svc, &ap->after);
    if (result == 0 || result == APPLY_PARKED)
        sub->position = ap->position;
    if (ap->batch && result == 0)
        frame_gauge_lag(sub->source, ap->batch->head - ap->position);
    arena_free(TAKE(ap->arena));
    sub->state = SUB_IDLE;
    if (result == APPLY_PARKED || (read && result == 0 && was_parked)) {
        sub_park(sub);
        return;
    }
    answer_waiting(sub);
    if (sub->all->stopped)
        return;
    if (result == APPLY_LOST) {
        sub_back_off(sub);
    } else if (result == APPLY_MOVED) {
        sub_read(sub);
    } else {
        gauge_parked(sub->all);
        sub_fetch(sub);
    }
}

static void sub_work(struct subscription *sub, struct arena *a, Hp__FetchReply *batch)
{
    struct service *svc = sub->all->svc;

    sub->state = batch ? SUB_APPLYING : SUB_READING;
    sub->apply = (struct apply){
        .job = {.run = apply_run, .done = on_applied},
        .svc = svc,
        .arena = a,
        .source = sub->source,
        .district = sub->district,
        .position = sub->position,
        .batch = batch,
    };
    workers_submit_own(svc->workers, &sub->apply.job);
}

static void sub_read(struct subscription *sub)
{
    if (!sub->all->stopped)
        sub_work(sub, arena_new(), NULL);
}

/* Whether @batch continues where we are: positions without a gap, ids of the right size. */
static bool is_sound(const struct subscription *sub, const Hp__FetchReply *batch)
{
    for (size_t i = 0; i < batch->n_events; i++)
        if (batch->events[i]->position != sub->position + 1 + (int64_t)i ||
            batch->events[i]->event_id.len != 16 ||
            strcmp(batch->events[i]->district, sub->district) != 0)
            return false;
    return batch->n_events > 0 || batch->head >= sub->position;
}

static void sub_silent(struct subscription *sub, const char *why)
{
    if (!sub->away)
        log_line(LOG_WARN, "events cannot be fetched, trying again", "source", sub->source,
                 "district", sub->district, "why", why, NULL);
    sub->away = true;
    sub_back_off(sub);
}

static void on_fetched(const struct bus_answer *answer, void *arg)
{
    struct subscription *sub = arg;
    const Hp__Reply *reply = answer->reply;
    struct arena *a;
    Hp__FetchReply *batch;

    sub->state = SUB_IDLE;
    if (sub->all->stopped)
        return;
    if (!reply || reply->status != HP__REPLY__STATUS__DONE || !reply->has_payload) {
        sub_silent(sub, !reply ? "no answer" : reply->code ? reply->code : "not available");
        return;
    }
    a = arena_new();
    batch = hp__fetch_reply__unpack(arena_pb(a), reply->payload.len, reply->payload.data);
    if (!batch || !is_sound(sub, batch)) {
        arena_free(a);
        sub_silent(sub, "its stream does not continue where this service stands");
        return;
    }
    sub->backoff_ms = 0;
    if (sub->away)
        log_line(LOG_INFO, "events are fetched again", "source", sub->source, "district",
                 sub->district, NULL);
    sub->away = false;
    if (batch->n_events) {
        sub_work(sub, a, batch);
        return;
    }
    arena_free(a);
    frame_gauge_lag(sub->source, 0);
    sub_fetch(sub);
}

static void sub_fetch(struct subscription *sub)
{
    struct service *svc = sub->all->svc;
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Fetch fetch = HP__FETCH__INIT;

    fetch.district = (char *)sub->district;
    fetch.after = sub->position;
    fetch.has_max = fetch.has_wait_ms = true;
    fetch.max = FETCH_MAX;
    fetch.wait_ms = FETCH_WAIT_MS;
    sub->state = SUB_FETCHING;
    if (bus_call(svc->client, sub->source,
                 bus_envelope(a, "bus.Fetch", sub->district, &fetch.base, FETCH_DEADLINE_MS),
                 on_fetched, sub) != 0)
        sub_silent(sub, "too many calls open");
}

void subscriptions_resume(struct service *svc, const char *source, const char *district)
{
    struct subscription *sub = find(svc, source, district);

    if (sub && sub->state == SUB_PARKED)
        sub_read(sub);
}

/* ---- from start to stop ---- */

static bool is_first(const struct hearing *hearings, const struct hearing *h)
{
    for (const struct hearing *other = hearings; other != h; other++)
        if (strcmp(other->source, h->source) == 0)
            return false;
    return true;
}

int subscriptions_new(struct service *svc)
{
    const struct hearing *hearings = svc->spec->hearings;
    struct subscriptions *all = calloc(1, sizeof(*all));
    size_t n = 0;

    if (!all)
        return err_raise(-ENOMEM);
    for (const struct hearing *h = hearings; h && h->source; h++)
        n += is_first(hearings, h);
    all->svc = svc;
    all->list = calloc(n * svc->n_districts + 1, sizeof(*all->list));
    CHECK(all->list);
    for (const struct hearing *h = hearings; h && h->source; h++)
        for (size_t i = 0; i < svc->n_districts && is_first(hearings, h); i++) {
            struct subscription *sub = &all->list[all->n++];

            sub->all = all;
            sub->source = h->source;
            sub->district = svc->districts[i];
            sub->position = -1;
            uv_timer_init(&svc->loop, &sub->timer);
            sub->timer.data = sub;
        }
    uv_timer_init(&svc->loop, &all->timer);
    all->timer.data = all;
    svc->subscriptions = all;
    return 0;
}

int subscriptions_prepare(struct service *svc, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct subscriptions *all = svc->subscriptions;
    struct tx *tx = tx_begin(svc->first_pg, TX_WRITE, a);

    for (size_t i = 0; i < all->n; i++)
        sql_exec(tx, &sql_frame_subscription_add, T(all->list[i].district), T(all->list[i].source));
    return err_fold(tx_commit(tx, e));
}

void subscriptions_start(struct service *svc)
{
    for (size_t i = 0; i < svc->subscriptions->n; i++)
        sub_read(&svc->subscriptions->list[i]);
}

void subscriptions_stop(struct service *svc)
{
    struct subscriptions *all = svc->subscriptions;

    all->stopped = true;
    for (size_t i = 0; i < all->n; i++) {
        answer_waiting(&all->list[i]);
        uv_close((uv_handle_t *)&all->list[i].timer, NULL);
    }
    uv_close((uv_handle_t *)&all->timer, NULL);
}

void subscriptions_free(struct service *svc)
{
    if (!svc->subscriptions)
        return;
    free(svc->subscriptions->list);
    free(svc->subscriptions);
    svc->subscriptions = NULL;
}
