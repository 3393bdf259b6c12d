/* SPDX-License-Identifier: Apache-2.0 */
/* call - what the steps of a call share: who may, its id, messages sent for it, their replies */
#pragma once
#include "common/bus/client.h"
#include "proto/api.h"
#include "services/gateway/edge/edge.h"

/* Whether it only asks: GET, HEAD. */
bool call_is_get(const struct call *call);
/* An envelope of this call: type, packed message, the visitor as actor, trace, deadline. In the
 * call's arena. */
Hp__Envelope *call_envelope(struct call *call, const char *type, const char *district,
                            const ProtobufCMessage *message);
/* The same for a message the edge says for somebody not logged in (yet), under a new id. */
Hp__Envelope *call_envelope_as(struct call *call, const char *account, const char *type,
                               const ProtobufCMessage *message);
/* Submit to our own service or call another; a full queue answers busy and fn is not called. */
void call_send(struct call *call, const char *service, const Hp__Envelope *env, bus_answer_fn *fn);
/* 0 when the reply is DONE; else the problem was answered. */
int call_failed(struct call *call, const Hp__Reply *reply);
/* The reply's payload; NULL when it cannot be read (answered as broken). In the call's arena. */
ProtobufCMessage *call_payload(struct call *call, const Hp__Reply *reply,
                               const ProtobufCMessageDescriptor *d);
/* The message id: from the account, the address and the Idempotency-Key, or a new one. Non-zero:
 * answered. */
int call_make_id(struct call *call);
/* Whether the visitor holds one of @roles in a region that stands to the district as @region says. */
bool call_allows(const struct call *call, unsigned roles, enum region_rule region);
/* Whether the visitor may send this row here; else answered. */
int call_may(struct call *call, unsigned roles, enum region_rule region);
/*
 * If-Match of a command: the ETag its sender had of the thing the address names ("17-ff494a1085c0e991"), whose first number is the
 * thing's revision; "*" says any. Refused: if_match_bad, if_match_no_thing. Non-zero: answered.
 */
int call_check_match(struct call *call);
/* Unsafe requests that carry only a cookie must come from our own pages. Non-zero: answered. */
int call_check_origin(struct call *call);
/* Bodies come as they are: for a content coding there is 415 and what would be taken (RFC 9110, 15.5.16 and 12.5.3). Non-zero:
 * answered. */
int call_check_coding(struct call *call);
