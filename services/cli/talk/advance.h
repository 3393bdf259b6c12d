/* SPDX-License-Identifier: Apache-2.0 */
/*
 * advance - moving a stack's manual clock without skipping anything
 *
 * From due instant to due instant: every stream is applied everywhere, the earliest timer at or
 * before the target is found, all clocks are set to its instant (which is answered when every timer
 * due by then has run), and so on. A jump of a month gives the same history as a month.
 */
#pragma once
#include "services/cli/talk/operator.h"

enum {
    ADVANCE_E_MACHINE = 1, /* the stack follows the machine's clock */
    ADVANCE_E_BACKWARDS,   /* the target is before now */
    ADVANCE_E_PARKED,      /* a subscription stopped at an event it cannot apply; @e names it */
    ADVANCE_E_STUCK,       /* a timer does not get done; @e has its error */
};

/* The instant all services stand at (the latest, if they differ). */
int advance_now(struct operator* op, int64_t *ret_at, struct errtext *e) MUST_CHECK;
/* Until every stream is applied by everyone who follows it and nothing moves. ADVANCE_E_PARKED,
 * OPERATOR_E_SILENT folded into -ETIMEDOUT. */
int advance_settle(struct operator* op, struct errtext *e) MUST_CHECK;
/* Advance to @at. @on_step (may be NULL) hears every instant on the way, after its effects have
 * settled. */
typedef void advance_fn(int64_t at, void *arg);
int advance_to(struct operator* op, int64_t at, advance_fn *on_step, void *arg,
               struct errtext *e) MUST_CHECK;

/* "90s", "45m", "36h", "7d", "2w" as microseconds. */
enum { ADVANCE_E_DURATION = 1 };
int advance_duration(const char *text, int64_t *ret_us) MUST_CHECK;
