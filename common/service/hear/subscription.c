/* SPDX-License-Identifier: Apache-2.0 */
/* How a subscription stands, and who waits for it. */
#include "common/service/hear/subscription.h"

#include <string.h>

#include "common/service/hear/hearer_position.h"
#include "common/service/inbox.h"
#include "common/service/lease.h"
#include "common/service/metrics_http.h"

#include "common/base/banned.h"

void sub_answer_awaiting(struct subscription *sub)
{
    struct task *ended = NULL, **end = &ended, *t;
    int64_t now = monotonic_now_us();

    /* first out of the list, then answered: an answer may bring the next question */
    for (struct task **at = &sub->awaiting; (t = *at);) {
        if ((sub->doubted || sub->position < t->target) && sub->state != SUB_STOPPED &&
            t->until_us > now && !sub->source->all->stopped) {
            at = &t->parked_next;
            continue;
        }
        *at = t->parked_next;
        t->parked_next = NULL;
        *end = t;
        end = &t->parked_next;
    }
    while ((t = ended)) {
        ended = t->parked_next;
        if (!sub->doubted && sub->position >= t->target)
            task_done(t, NULL, NULL);
        else
            task_refuse(t, reason_not_applied, "position", NULL);
        task_answer(t);
    }
}

struct subscription *sub_of(struct source *source, const char *district)
{
    size_t i = service_place(source->all->svc, district);

    return i < source->n ? &source->subs[i] : NULL;
}

struct source *source_of(struct hearers *all, const char *name)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->sources[i].name, name) == 0)
            return &all->sources[i];
    return NULL;
}

struct subscription *sub_find(struct hearers *all, const char *source, const char *district)
{
    struct source *s = source_of(all, source);

    return s ? sub_of(s, district) : NULL;
}

int64_t sub_lag(const struct subscription *sub)
{
    return sub->known_head > sub->position ? sub->known_head - sub->position : 0;
}

void sub_gauge_lag(const struct subscription *sub)
{
    frame_gauge_lag(sub->source->name, sub->district, sub_lag(sub));
}

void hearers_gauge_stopped(struct hearers *all)
{
    static const char *const states[] = {"parked", "diverged", "unknown"};

    for (size_t k = 0; k < ARRAY_LEN(states); k++) {
        int64_t n = 0;

        for (size_t i = 0; i < all->n; i++)
            for (size_t j = 0; j < all->sources[i].n; j++) {
                const struct subscription *sub = &all->sources[i].subs[j];

                n += sub->state == SUB_STOPPED && strcmp(sub->stopped_as, states[k]) == 0;
            }
        frame_gauge_stopped(states[k], n);
    }
}

void sub_back_off(struct subscription *sub)
{
    sub->state = SUB_BACKING_OFF;
    sub->backoff_ms = sub->backoff_ms ? sub->backoff_ms * 2 : BACKOFF_FIRST_MS;
    if (sub->backoff_ms > BACKOFF_LAST_MS)
        sub->backoff_ms = BACKOFF_LAST_MS;
    sub->until_us = monotonic_now_us() + sub->backoff_ms * 1000;
    hearers_look_soon(sub->source->all, sub->until_us);
}

void sub_unread(struct subscription *sub)
{
    sub->state = SUB_UNREAD;
    /* one under way may be from before a crash, or a decision */
    sub->unread_for = sub->source->all->n_read + 1;
    hearers_read_positions(sub->source->all);
}

void sub_stopped(struct subscription *sub, const char *state)
{
    sub->state = SUB_STOPPED;
    sub->stopped_as = strcmp(state, "diverged") == 0  ? "diverged"
                      : strcmp(state, "unknown") == 0 ? "unknown"
                                                      : "parked";
    if (strcmp(state, "unknown") == 0)
        lease_stuck(sub->source->all->svc, sub->district);
    sub->until_us = monotonic_now_us() + STOPPED_LOOK_MS * 1000;
    sub->to_measure = true;
    hearers_gauge_stopped(sub->source->all);
    sub_answer_awaiting(sub);
    /* another instance may hear the operator's decision */
    hearers_look_soon(sub->source->all, sub->until_us);
}

/* Whether @sub is to be left to another instance; then it stands aside. */
bool sub_stands_aside(struct subscription *sub)
{
    if (!sub->led)
        sub->state = SUB_UNLED;
    return !sub->led;
}
