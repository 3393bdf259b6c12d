/* SPDX-License-Identifier: Apache-2.0 */
/* wire_bus - a command over ZeroMQ, as the services' own callers send it */
#include <stdio.h>
#include <string.h>

#include "common/bus/bus.h"
#include "common/base/clock.h"
#include "fault.h"

static Hp__Binding *binding(struct arena *a, const char *role, const char *region,
                            const char *subject)
{
    Hp__Binding *b = arena_new_one(a, Hp__Binding);

    hp__binding__init(b);
    b->role = (char *)role;
    b->region = (char *)region;
    b->subject = (char *)subject;
    return b;
}

/* Everybody's roles in one, so that only the command's own rules decide. */
static Hp__Actor *actor(struct arena *a, const struct client *c, const char *enterprise)
{
    Hp__Actor *actor = arena_new_one(a, Hp__Actor);

    hp__actor__init(actor);
    actor->account = (char *)c->account;
    actor->bindings = arena_new_array(a, Hp__Binding *, 5);
    actor->bindings[actor->n_bindings++] = binding(a, "city", CITY, NULL);
    actor->bindings[actor->n_bindings++] = binding(a, "district", DISTRICT, NULL);
    actor->bindings[actor->n_bindings++] = binding(a, "credit", DISTRICT, NULL);
    actor->bindings[actor->n_bindings++] = binding(a, "subdistrict", SUBDISTRICT, NULL);
    actor->bindings[actor->n_bindings++] = binding(a, "enterprise", DISTRICT, enterprise);
    return actor;
}

static void envelope(struct client *c, struct arena *a, const struct command *cmd, int64_t ms,
                     Hp__Envelope *env)
{
    hp__envelope__init(env);
    env->message_id = (ProtobufCBinaryData){16, (uint8_t *)cmd->id.bytes};
    env->type = (char *)cmd->type;
    env->district = (char *)cmd->district;
    env->actor = actor(a, c, cmd->speaks_for);
    bus_set_left(env, ms);
    env->payload = (ProtobufCBinaryData){cmd->payload.size, (uint8_t *)cmd->payload.data};
}

void wire_bus_send(struct client *c, struct arena *a, const struct command *cmd, int64_t timeout_ms,
                   struct answer *ret_answer)
{
    Hp__Reply *reply = NULL;
    Hp__Envelope env;
    size_t size;
    uint8_t *data;

    envelope(c, a, cmd, timeout_ms, &env);
    if (bus_ask(c->link, a, cmd->service, &env, &reply) != 0)
        return;
    if (reply->status == HP__REPLY__STATUS__BROKEN)
        ret_answer->kind = ANSWER_BROKEN;
    if (reply->status == HP__REPLY__STATUS__UNAVAILABLE || reply->status == HP__REPLY__STATUS__BUSY)
        ret_answer->kind = ANSWER_AWAY;
    if (reply->status != HP__REPLY__STATUS__DONE && reply->status != HP__REPLY__STATUS__REFUSED)
        return;
    ret_answer->kind = ANSWER_GIVEN;
    ret_answer->outcome = reply->status == HP__REPLY__STATUS__DONE ? OUTCOME_DONE : OUTCOME_REFUSED;
    snprintf(ret_answer->code, sizeof(ret_answer->code), "%s", reply->code ? reply->code : "");
    reply->leader = NULL; /* said behind what was stored, by an instance that does not lead */
    size = hp__reply__get_packed_size(reply);
    data = arena_alloc(a, size + 1);
    hp__reply__pack(reply, data);
    ret_answer->reply = (struct bytes){data, size};
}
