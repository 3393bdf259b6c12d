/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/talk/advance.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

enum {
    ASK_MS = 30000,
    RUN_MS = 300000, /* all timers of one instant, everywhere */
    ROUNDS = 10000,  /* of settling: events cause events, but not for ever */
    TRIES = 5,       /* of a timer that is due and not done */
};

struct states {
    struct arena *arena;
    Hp__StateReply *of[STACK_N_SERVICES];
};

static int look(struct operator* op, struct states *all, struct errtext *e)
{
    int r = 0;

    arena_reset(all->arena);
    for (int i = 0; i < STACK_N_SERVICES && !r; i++)
        r = operator_state(op, all->arena, stack_services[i], ASK_MS, &all->of[i], e);
    return r == OPERATOR_E_SILENT ? err_raise(-ETIMEDOUT) : r;
}

static int64_t head_of(const struct states *all, const char *service, const char *district)
{
    for (int i = 0; i < STACK_N_SERVICES; i++) {
        if (strcmp(stack_services[i], service) != 0)
            continue;
        for (size_t k = 0; k < all->of[i]->n_streams; k++)
            if (strcmp(all->of[i]->streams[k]->district, district) == 0)
                return all->of[i]->streams[k]->head;
    }
    return 0;
}

static int parked(const char *service, const Hp__SubscriptionState *sub, struct errtext *e)
{
    char id[UUID_TEXT] = "-";
    struct uuid uuid;

    if (sub->has_event_id && sub->event_id.len == sizeof(uuid.bytes)) {
        memcpy(uuid.bytes, sub->event_id.data, sizeof(uuid.bytes));
        uuid_format(&uuid, id);
    }
    errtext_set(e, tr("%s cannot apply event %s (%s) of %s in %s: %s"), service, id,
                sub->event_type ? sub->event_type : "-", sub->source, sub->district,
                sub->error ? sub->error : "-");
    return ADVANCE_E_PARKED;
}

/* Wait for one subscription that is behind. */
static int await(struct operator* op, struct arena *a, const char *service,
                 const Hp__SubscriptionState *sub, int64_t head, struct errtext *e)
{
    Hp__AwaitApplied request = HP__AWAIT_APPLIED__INIT;
    int r;

    request.source = sub->source;
    request.district = sub->district;
    request.position = head;
    r = operator_ask(op, a, service, sub->district, &request.base, NULL, ASK_MS, NULL, e);
    if (r == OPERATOR_E_SILENT)
        return err_raise(-ETIMEDOUT);
    return r == OPERATOR_E_REFUSED ? 0
                                   : r; /* parked: seen at the next look; slow: waited for again */
}

/* One look over all subscriptions, waiting for those behind. ret_moved: it is worth looking again.
 */
static int settle_once(struct operator* op, struct states *all, bool *ret_moved, struct errtext *e)
{
    bool moved = false;
    int r;

    for (int i = 0; i < STACK_N_SERVICES; i++) {
        moved |= all->of[i]->waiting > 0;
        for (size_t k = 0; k < all->of[i]->n_subscriptions; k++) {
            const Hp__SubscriptionState *sub = all->of[i]->subscriptions[k];
            int64_t head = head_of(all, sub->source, sub->district);

            if (strcmp(sub->state, "parked") == 0)
                return parked(stack_services[i], sub, e);
            if (sub->position >= head)
                continue;
            moved = true;
            r = await(op, all->arena, stack_services[i], sub, head, e);
            if (r)
                return r;
        }
    }
    *ret_moved = moved;
    return 0;
}

static int settle(struct operator* op, struct states *all, struct errtext *e)
{
    bool moved = true;
    int r = look(op, all, e);

    for (int round = 0; !r && moved; round++) {
        if (round == ROUNDS) {
            errtext_set(e, "%s",
                        tr("the services keep causing events; this does not come to rest"));
            return ADVANCE_E_STUCK;
        }
        r = settle_once(op, all, &moved, e);
        if (!r && moved)
            r = look(op, all, e);
    }
    return r;
}

static int64_t latest(const struct states *all)
{
    int64_t at = all->of[0]->now_at;

    for (int i = 1; i < STACK_N_SERVICES; i++)
        if (all->of[i]->now_at > at)
            at = all->of[i]->now_at;
    return at;
}

/* The earliest timer at or before @limit; @limit if there is none. */
static int64_t next_due(const struct states *all, int64_t limit)
{
    int64_t at = limit;

    for (int i = 0; i < STACK_N_SERVICES; i++)
        if (all->of[i]->has_next_due_at && all->of[i]->next_due_at < at)
            at = all->of[i]->next_due_at;
    return at;
}

/* Each service keeps the instant in its database, so that one that is started again stands there.
 */
static int set_all(struct operator* op, struct arena *a, int64_t at, struct errtext *e)
{
    Hp__SetClock request = HP__SET_CLOCK__INIT;
    int r = 0;

    request.at = at;
    for (int i = 0; i < STACK_N_SERVICES && !r; i++)
        r = operator_ask(op, a, stack_services[i], NULL, &request.base, NULL, RUN_MS, NULL, e);
    if (r == OPERATOR_E_SILENT)
        return err_raise(-ETIMEDOUT);
    return r == OPERATOR_E_REFUSED ? ADVANCE_E_STUCK : r;
}

static int stuck(const struct states *all, int64_t now, struct errtext *e)
{
    for (int i = 0; i < STACK_N_SERVICES; i++)
        if (all->of[i]->has_next_due_at && all->of[i]->next_due_at <= now) {
            errtext_set(e, tr("%s does not get a due timer done: %s"), stack_services[i],
                        all->of[i]->n_due ? all->of[i]->due[0] : "-");
            return ADVANCE_E_STUCK;
        }
    return 0;
}

static int begin(struct operator* op, struct states *all, struct errtext *e)
{
    if (!operator_stack(op)->manual_clock) {
        errtext_set(e, "%s",
                    tr("this stack follows the machine's clock; start one with up --clock manual"));
        return ADVANCE_E_MACHINE;
    }
    return look(op, all, e);
}

/* Settle, then run what is due now (set by a command or an event at this very instant) until
 * nothing is. */
static int come_to_rest(struct operator* op, struct states *all, int64_t now, struct errtext *e)
{
    int r = settle(op, all, e);

    for (int tries = 0; !r && next_due(all, now + 1) <= now; tries++) {
        if (tries == TRIES)
            return stuck(all, now, e);
        r = set_all(op, all->arena, now, e);
        if (!r)
            r = settle(op, all, e);
    }
    return r;
}

static int walk(struct operator* op, struct states *all, int64_t target, advance_fn *on_step,
                void *arg, struct errtext *e)
{
    int64_t now;
    int r = begin(op, all, e);

    if (r)
        return r;
    now = latest(all);
    if (target < now) {
        char text[INSTANT_TEXT];

        errtext_set(e, tr("the clock stands at %s already and does not go back"),
                    instant_format(now, text));
        return ADVANCE_E_BACKWARDS;
    }
    r = come_to_rest(op, all, now, e);
    while (!r && now < target) {
        now = next_due(all, target);
        r = set_all(op, all->arena, now, e);
        if (!r)
            r = come_to_rest(op, all, now, e);
        if (!r && on_step)
            on_step(now, arg);
    }
    return r;
}

int advance_to(struct operator* op, int64_t at, advance_fn *on_step, void *arg, struct errtext *e)
{
    struct states all = {.arena = arena_new()};
    int r = walk(op, &all, at, on_step, arg, e);

    arena_free(all.arena);
    return r;
}

int advance_settle(struct operator* op, struct errtext *e)
{
    struct states all = {.arena = arena_new()};
    int r = settle(op, &all, e);

    arena_free(all.arena);
    return r;
}

int advance_now(struct operator* op, int64_t *ret_at, struct errtext *e)
{
    struct states all = {.arena = arena_new()};
    int r = look(op, &all, e);

    if (!r)
        *ret_at = latest(&all);
    arena_free(all.arena);
    return r;
}

int advance_duration(const char *text, int64_t *ret_us)
{
    static const struct {
        char unit;
        int64_t us;
    } units[] = {
        {'s', SECOND_US}, {'m', 60 * SECOND_US}, {'h', HOUR_US}, {'d', DAY_US}, {'w', 7 * DAY_US}};
    char *end;
    long n;

    if (text[0] < '0' || text[0] > '9')
        return ADVANCE_E_DURATION;
    errno = 0;
    n = strtol(text, &end, 10);
    if (errno || n > 1000000 || !end[0] || end[1])
        return ADVANCE_E_DURATION;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (units[i].unit == *end) {
            *ret_us = n * units[i].us;
            return 0;
        }
    return ADVANCE_E_DURATION;
}
