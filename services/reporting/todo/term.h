/* SPDX-License-Identifier: Apache-2.0 */
/*
 * term - what tasks take from a programme: who acts, and until when
 *
 * By the names that tasks.c uses: "stage/<kind>" the end of a stage's last day (days of grace after it are grace, not the due day),
 * "body/<organiser>" the role whose officers act for it, "case/<category>" the roles that look first at a re-evaluation,
 * "plaque" those that collect a recalled plaque.
 */
#pragma once
#include "common/service/service.h"
#include "services/reporting/reporting.h"

/* Say to @to the terms of the programme that c->event publishes; nothing of another event. */
void term_read(const struct ctx *c, struct sink *to);
