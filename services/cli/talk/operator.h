/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operator - asking a stack's services over the bus, as the person who runs it
 *
 * The stack's sockets are in a directory that only its owner can enter, so whoever can ask here is
 * the operator: requests carry the account "operator" with the role admin for the city. Everything
 * else goes through the HTTP API.
 */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/base/arena.h"
#include "envelope.pb-c.h"
#include "services/cli/stack/stack.h"

struct operator;
int operator_new(const struct stack *s, struct operator** ret_op, struct errtext *e) MUST_CHECK;
void operator_free(struct operator* op);
DEFINE_CLEANUP(struct operator*, operator_free)
const struct stack *operator_stack(const struct operator* op);

enum {
    OPERATOR_E_REFUSED = 1, /* @e: the reason as a sentence; operator_code() the code */
    OPERATOR_E_SILENT,      /* no answer in time */
};
/*
 * Ask @service with @request (its type is the message's full name, "hp." read as "bus."). @reply
 * may be NULL; otherwise *ret_reply is the unpacked payload, in @a. @district NULL: the city.
 */
int operator_ask(struct operator* op, struct arena *a, const char *service, const char *district,
                 const ProtobufCMessage *request, const ProtobufCMessageDescriptor *reply,
                 int64_t timeout_ms, void *ret_reply, struct errtext *e) MUST_CHECK;
/* The code of the last refusal, "" if none. */
const char *operator_code(const struct operator* op);

/* bus.GetState of a service. OPERATOR_E_SILENT. */
int operator_state(struct operator* op, struct arena *a, const char *service, int64_t timeout_ms,
                   Hp__StateReply **ret_state, struct errtext *e) MUST_CHECK;
