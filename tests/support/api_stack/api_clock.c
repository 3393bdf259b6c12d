/* SPDX-License-Identifier: Apache-2.0 */
/* api_clock - business time of an api_stack, and waiting until everything said was heard */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/api_stack/api_stack.h"

enum { ASK_MS = 10000, MAX_ROUNDS = 16 };

static const char *const hearers[] = {"intake", "scoring", "publicity", "credit", "reporting"};

static Hp__StateReply *state_of(struct api_stack *s, const char *service)
{
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Reply *reply = api_ask(s, service, "bus.GetState", DISTRICT, &get.base);
    Hp__StateReply *state = hp__state_reply__unpack((ProtobufCAllocator *)arena_pb(s->arena),
                                                    reply->payload.len, reply->payload.data);

    if (!state) {
        fprintf(stderr, "api_clock: %s says no state\n", service);
        abort();
    }
    return state;
}

static int64_t head_of(const Hp__StateReply *state, const char *district)
{
    for (size_t i = 0; i < state->n_streams; i++)
        if (strcmp(state->streams[i]->district, district) == 0)
            return state->streams[i]->head;
    return 0;
}

/* Wait until @hearer has applied what its sources have said; the sum of the positions. */
static int64_t await_all(struct api_stack *s, const char *hearer)
{
    Hp__StateReply *state = state_of(s, hearer);
    int64_t sum = 0;

    for (size_t i = 0; i < state->n_subscriptions; i++) {
        const Hp__SubscriptionState *sub = state->subscriptions[i];
        Hp__AwaitApplied await = HP__AWAIT_APPLIED__INIT;

        await.source = sub->source;
        await.district = sub->district;
        await.position = head_of(state_of(s, sub->source), sub->district);
        sum += await.position;
        if (await.position &&
            api_ask(s, hearer, "bus.AwaitApplied", DISTRICT, &await.base)->status !=
                HP__REPLY__STATUS__DONE) {
            fprintf(stderr, "api_clock: %s has not heard all of %s\n", hearer, sub->source);
            abort();
        }
    }
    return sum;
}

void api_settle(struct api_stack *s)
{
    int64_t before = -1;

    for (int round = 0; round < MAX_ROUNDS; round++) {
        int64_t sum = 0;

        for (size_t i = 0; i < ARRAY_LEN(hearers); i++)
            sum += await_all(s, hearers[i]);
        if (sum == before)
            return; /* nobody said anything more */
        before = sum;
    }
    fprintf(stderr, "api_clock: no end of events\n");
    abort();
}

void api_clock(struct api_stack *s, const char *instant)
{
    Hp__SetClock set = HP__SET_CLOCK__INIT;

    api_settle(s);
    if (instant_parse(instant, &set.at) != 0)
        abort();
    for (size_t i = 0; i < ARRAY_LEN(hearers); i++)
        if (api_ask(s, hearers[i], "bus.SetClock", CITY, &set.base)->status !=
            HP__REPLY__STATUS__DONE) {
            fprintf(stderr, "api_clock: %s refuses %s\n", hearers[i], instant);
            abort();
        }
    api_settle(s);
}
