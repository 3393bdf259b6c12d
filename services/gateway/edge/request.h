/* SPDX-License-Identifier: Apache-2.0 */
/* request - from a matched address to a message, and from its reply to an answer */
#pragma once
#include "services/gateway/edge/edge.h"

/* The visitor is known: may he, form, and off. */
void call_go(struct call *call);
