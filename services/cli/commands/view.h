/* SPDX-License-Identifier: Apache-2.0 */
/* view - what all services say of themselves at one look: status and streams show it */
#pragma once
#include <jansson.h>

#include "common/base/id.h"
#include "services/cli/stack/stack.h"
#include "services/cli/talk/operator.h"

struct view {
    struct arena *arena;
    Hp__StateReply *of[STACK_N_SERVICES]; /* NULL: does not answer */
};

/* Ask every service, each for at most @wait_ms, into view->arena (made by the caller). How many answered. */
int view_look(struct operator* op, struct view *v, int64_t wait_ms);
/* What @sub has still to hear; -1: not known, for nobody tells the source's head. */
int64_t view_lag(const struct view *v, const Hp__SubscriptionState *sub);
/* NULL: it does not answer, or is no service. */
const Hp__StateReply *view_state(const struct view *v, const char *name);
/* The event that @sub stands at, "" if at none; in @buf. */
const char *parked_event_id(const Hp__SubscriptionState *sub, char buf[UUID_TEXT]);
/* The caller's. */
json_t *view_subscription_json(const struct view *v, const Hp__SubscriptionState *sub);
/* Events that a service that hears their source passes by: it does not serve their district, so it has no subscription there. */
typedef void view_unheard_fn(const char *service, const char *source, const Hp__StreamState *stream,
                             void *arg);
void view_unheard(const struct view *v, view_unheard_fn *fn, void *arg);
