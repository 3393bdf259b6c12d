/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/view.h"

#include <string.h>

#include "common/base/clock.h"

#include "common/base/banned.h"

int view_look(struct operator* op, struct view *v, int64_t wait_ms)
{
    struct errtext unused;
    int r, answered = 0;

    for (int i = 0; i < STACK_N_SERVICES; i++) {
        r = operator_state(op, v->arena, stack_services[i], wait_ms, &v->of[i], &unused);
        if (r)
            v->of[i] = NULL;
        answered += !r;
    }
    return answered;
}

/* -1: the service does not answer, or does not know the district. */
static int64_t head_of(const struct view *v, const char *service, const char *district)
{
    for (int i = 0; i < STACK_N_SERVICES; i++)
        for (size_t k = 0;
             v->of[i] && strcmp(stack_services[i], service) == 0 && k < v->of[i]->n_streams; k++)
            if (strcmp(v->of[i]->streams[k]->district, district) == 0)
                return v->of[i]->streams[k]->head;
    return -1;
}

/* -1: not known, for nobody tells the source's head. */
int64_t view_lag(const struct view *v, const Hp__SubscriptionState *sub)
{
    int64_t head = head_of(v, sub->source, sub->district);

    if (head < 0)
        return -1;
    return head > sub->position ? head - sub->position : 0;
}

const Hp__StateReply *view_state(const struct view *v, const char *name)
{
    for (int i = 0; i < STACK_N_SERVICES; i++)
        if (strcmp(stack_services[i], name) == 0)
            return v->of[i];
    return NULL;
}

const char *parked_event_id(const Hp__SubscriptionState *sub, char buf[UUID_TEXT])
{
    struct uuid id;

    if (!sub->has_event_id || sub->event_id.len != sizeof(id.bytes))
        return "";
    memcpy(id.bytes, sub->event_id.data, sizeof(id.bytes));
    return uuid_format(&id, buf);
}

json_t *view_subscription_json(const struct view *v, const Hp__SubscriptionState *sub)
{
    char id[UUID_TEXT], at[INSTANT_TEXT];
    int64_t lag = view_lag(v, sub);
    json_t *doc = json_pack("{s:s, s:s, s:I, s:o, s:s}", "source", sub->source, "district",
                            sub->district, "position", (json_int_t)sub->position, "lag",
                            lag < 0 ? json_null() : json_integer(lag), "state", sub->state);

    if (strcmp(sub->state, "following") != 0) {
        json_object_set_new(doc, "event_id", json_string(parked_event_id(sub, id)));
        json_object_set_new(doc, "event_type", json_string(sub->event_type ? sub->event_type : ""));
        json_object_set_new(doc, "error", json_string(sub->error ? sub->error : ""));
        json_object_set_new(doc, "attempts", json_integer(sub->attempts));
        if (sub->has_failed_at)
            json_object_set_new(doc, "failed_at", json_string(instant_format(sub->failed_at, at)));
    }
    return doc;
}

static const Hp__SubscriptionState *subscription_to(const Hp__StateReply *state, const char *source,
                                                    const char *district)
{
    for (size_t i = 0; i < state->n_subscriptions; i++)
        if (strcmp(state->subscriptions[i]->source, source) == 0 &&
            (!district || strcmp(state->subscriptions[i]->district, district) == 0))
            return state->subscriptions[i];
    return NULL;
}

static void tell_unheard(const struct view *v, int source, const Hp__StreamState *stream,
                         view_unheard_fn *fn, void *arg)
{
    const char *from = stack_services[source];

    for (int i = 0; i < STACK_N_SERVICES; i++)
        if (v->of[i] && subscription_to(v->of[i], from, NULL) &&
            !subscription_to(v->of[i], from, stream->district))
            fn(stack_services[i], from, stream, arg);
}

void view_unheard(const struct view *v, view_unheard_fn *fn, void *arg)
{
    for (int i = 0; i < STACK_N_SERVICES; i++)
        for (size_t k = 0; v->of[i] && k < v->of[i]->n_streams; k++)
            if (v->of[i]->streams[k]->head > 0)
                tell_unheard(v, i, v->of[i]->streams[k], fn, arg);
}
