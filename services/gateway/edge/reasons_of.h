/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reasons_of - what each message can be refused for by its handler
 *
 * Read from the sources when this program is built (cmake/reasons_of.awk): all reasons that the handler and what it calls can
 * name. What the edge and the frame refuse before any handler runs is common_reasons.
 */
#pragma once
#include "proto/reasons.h"

/* The reasons of @type ("intake.SubmitApplication"), ended by reason_none, sorted by code; NULL for a message without a handler here. */
const enum reason *reasons_of(const char *type);
/* What any request may be refused for; ended by reason_none. */
extern const enum reason common_reasons[];
