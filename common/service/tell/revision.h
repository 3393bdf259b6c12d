/* SPDX-License-Identifier: Apache-2.0 */
/*
 * revision - what somebody looked at has not changed since
 *
 * Each event that tells of a thing (proto/api/changes.def) counts up the thing's revision, in the event's transaction and district; so does
 * revision_touch (service.h), for acts that say nothing. A query that reads one thing answers with its revision (Reply.rev), and a command about it that
 * names the one its sender saw (Envelope.expect) is refused when it is another: changed_meanwhile, with who changed it and when.
 * Whose thing a message is, its address says: /notices/{notice_id}/signatures is about a notice.
 */
#pragma once
#include "common/service/handling.h"

/* Count up what @event, said in @district, tells of. */
void revision_said(struct ctx *c, const char *district, const ProtobufCMessage *event);
/* 0, or refused: the thing of c->request, a command of @row, is no longer at @expect. 0, too, where its address names no thing. */
int revision_expect(struct ctx *c, const struct api_row *row, int64_t expect) MUST_CHECK;
/* The revision of the thing that c->request, a query of @row, reads; 0 of one never counted; -1 where it reads no single thing. */
int revision_read(struct ctx *c, const struct api_row *row, int64_t *ret_rev) MUST_CHECK;
