/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusals - what was turned away at the edge goes into our own command log, as the refusal of a command
 * RecordRefusal: account, what was asked for, the reason's code, the field; never a body. A refusal
 * costs the caller nothing to provoke, so the rows wait in a bounded queue and a few go at a time;
 * what does not fit is counted and said in the log.
 */
#pragma once
#include "common/service/service.h"
#include "services/gateway/edge/edge.h"

int refusals_new(struct edge *edge, struct refusals **ret_refusals) MUST_CHECK;
void refusals_free(struct refusals *r);
/* Say idle(edge) once what waits is written. */
void refusals_close(struct refusals *r, void (*idle)(struct edge *edge));
/* Queue a row for the audit trail; a full queue is counted and logged, never waited for. */
void refusals_add(struct refusals *r, const struct call *call, const char *code, const char *field);
/* The handler of RecordRefusal, on a worker. */
handler_fn gateway_record_refusal;
