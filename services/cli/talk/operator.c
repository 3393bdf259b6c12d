/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/talk/operator.h"

#include <errno.h>
#include <string.h>

#include "common/bus/client.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

struct operator
{
    const struct stack *stack;
    char *dir;
    struct bus_conf conf;
    struct bus_link *link;
    char code[64];
};

int operator_new(const struct stack *s, struct operator** ret_op, struct errtext *e)
{
    CLEANUP(operator_free) struct operator* op = calloc(1, sizeof(*op));
    int r;

    if (!op)
        return err_raise(-ENOMEM);
    op->stack = s;
    op->dir = strdup(s->bus_dir); /* the stack may be read again meanwhile */
    if (!op->dir)
        return err_raise(-ENOMEM);
    op->conf = (struct bus_conf){.dir = op->dir,
                                 .peers = "",
                                 .listen = "",
                                 .curve_secret = "",
                                 .curve_allow = "",
                                 .curve_servers = ""};
    r = bus_link_new(&op->conf, &op->link, e);
    if (r)
        return err_fold(r);
    *ret_op = TAKE(op);
    return 0;
}

void operator_free(struct operator* op)
{
    if (!op)
        return;
    bus_link_free(op->link);
    free(op->dir);
    free(op);
}

const struct stack *operator_stack(const struct operator* op)
{
    return op->stack;
}

const char *operator_code(const struct operator* op)
{
    return op->code;
}

/* "hp.GetState" travels as "bus.GetState", every other message under its own name. */
static const char *type_of(struct arena *a, const ProtobufCMessage *message)
{
    const char *name = message->descriptor->name;

    return strncmp(name, "hp.", 3) == 0 ? arena_printf(a, "bus.%s", name + 3) : name;
}

static int refused(struct operator* op, struct arena *a, const Hp__Reply *reply, struct errtext *e)
{
    const char *code = reply->code ? reply->code : "";
    const char *sentence =
        text_reason(a, text_language_env(), code, (const char *const *)reply->args, reply->n_args);

    snprintf(op->code, sizeof(op->code), "%s", code);
    say_about(code, reply->field, sentence);
    if (reply->field && reply->field[0])
        errtext_set(e, "%s: %s (%s)", reply->field, sentence, code);
    else
        errtext_set(e, "%s (%s)", sentence, code);
    return OPERATOR_E_REFUSED;
}

static int unpack(struct arena *a, const Hp__Reply *reply, const ProtobufCMessageDescriptor *type,
                  void *ret_reply, struct errtext *e)
{
    ProtobufCMessage *message;

    if (!type)
        return 0;
    message = protobuf_c_message_unpack(type, arena_pb(a), reply->payload.len, reply->payload.data);
    if (!message) {
        errtext_set(e, tr("the answer is not a %s"), type->name);
        return err_raise(-EBADMSG);
    }
    *(ProtobufCMessage **)ret_reply = message;
    return 0;
}

int operator_ask(struct operator* op, struct arena *a, const char *service, const char *district,
                 const ProtobufCMessage *request, const ProtobufCMessageDescriptor *reply_type,
                 int64_t timeout_ms, void *ret_reply, struct errtext *e)
{
    Hp__Binding binding = HP__BINDING__INIT, *bindings[] = {&binding};
    Hp__Actor actor = HP__ACTOR__INIT;
    Hp__Envelope *env;
    Hp__Reply *reply;
    int r;

    binding.role = "admin";
    binding.region = op->stack->city;
    actor.account = "operator";
    actor.n_bindings = 1;
    actor.bindings = bindings;
    op->code[0] = '\0';
    say_about(NULL, NULL, NULL);
    env = bus_envelope(a, type_of(a, request), district ? district : op->stack->city, request,
                       timeout_ms);
    env->actor = &actor;
    r = bus_ask(op->link, a, service, env, &reply);
    if (r < 0)
        return err_pass(r);
    if (r == BUS_E_TIMEOUT || reply->status == HP__REPLY__STATUS__BUSY ||
        reply->status == HP__REPLY__STATUS__UNAVAILABLE ||
        reply->status == HP__REPLY__STATUS__EXPIRED) {
        errtext_set(e, tr("%s does not answer"), service);
        say_about("silent", NULL, NULL);
        return OPERATOR_E_SILENT;
    }
    if (reply->status == HP__REPLY__STATUS__REFUSED)
        return refused(op, a, reply, e);
    if (reply->status != HP__REPLY__STATUS__DONE) {
        errtext_set(e, tr("%s failed; see its log under trace %s"), service,
                    env->trace_id ? env->trace_id : "-");
        return err_raise(-EREMOTEIO);
    }
    return unpack(a, reply, reply_type, ret_reply, e);
}

int operator_state(struct operator* op, struct arena *a, const char *service, int64_t timeout_ms,
                   Hp__StateReply **ret_state, struct errtext *e)
{
    Hp__GetState request = HP__GET_STATE__INIT;
    int r = operator_ask(op, a, service, NULL, &request.base, &hp__state_reply__descriptor,
                         timeout_ms, ret_state, e);

    return r == OPERATOR_E_REFUSED ? err_fold(r) : r;
}
