/* SPDX-License-Identifier: Apache-2.0 */
/* answer - what a call is answered with, and what it is refused with */
#pragma once
#include "proto/reasons.h"
#include "services/gateway/edge/edge.h"

/* One thing that is wrong: a reason's code, the field it is about (NULL or "": the whole), values for its sentence. */
struct fault {
    const char *code, *field;
    const char *const *args;
    size_t n_args;
};
/* Refuse at the edge: problem+json, and a row in the audit trail if the address means a message. */
void call_refuse(struct call *call, enum reason reason, const char *field, const char *const *args,
                 size_t n_args);
#define call_refuse0(call, reason) call_refuse((call), (reason), NULL, NULL, 0)
/* The same with all that is wrong with a request; the first leads, its reason gives the status. */
void call_refuse_all(struct call *call, const struct fault *faults, size_t n);
/* Problem+json only: what a service refused is in its own trail. errors[] has each fault of a field with its JSON pointer. */
void call_problem(struct call *call, int status, const struct fault *faults, size_t n);
/* The answer to come is of a thing that was made: 201, and where it is read (NULL: it has no address of its own). */
void call_made(struct call *call, const char *location);
/* 200 (201 after call_made) with a message as JSON; @id (may be NULL) is added as "id"; GET answers get an ETag and may
 * become 304. */
void call_answer(struct call *call, const ProtobufCMessage *message, const struct uuid *id);
/* 200 with a text of ours, with ETag; the text is copied. */
void call_answer_text(struct call *call, const char *content_type, const char *text, size_t size);
/* Whether If-None-Match names @etag (quotes included). */
bool call_not_modified(struct call *call, const char *etag);
/* Count, time and log the request (a line at info, at warn from 500 on; none of probes), and say what business time it is
 * (Hongping-Now); called before every answer. */
void call_finish(struct call *call, int status);
