/* SPDX-License-Identifier: Apache-2.0 */
/*
 * objection_files - the edge's part in files beside an objection: the form's token, the claim before the objection, the collecting after a day
 */
#pragma once
#include "services/gateway/edge/edge.h"

/* The token and the limits, where the reply is that of GetObjectionForm. */
void objection_form_fill(struct call *call, ProtobufCMessage *reply);
/*
 * Before an objection with files goes out: they must have been uploaded under the form whose token it names, or by the account that objects;
 * what is known of them is filled in. Then @then; or refused. False: nothing to do.
 */
bool objection_files_go(struct call *call, void (*then)(struct call *call));
/* The objection was refused: its files are nobody's again. */
void objection_files_release(struct call *call);

/* What nobody named within a day is collected, at the start and every hour. */
struct collecting *collecting_new(struct edge *edge);
void collecting_close(struct collecting *c);
