/* SPDX-License-Identifier: Apache-2.0 */
/* front - the edge up and down, and its addresses */
#pragma once
#include "common/service/service.h"
#include "services/gateway/gateway.h"

int edge_new(struct service *svc, struct gateway *g, struct errtext *e) MUST_CHECK;
/* Answer what is open, then stopped(svc). */
void edge_close(struct edge *edge, void (*stopped)(struct service *svc));
