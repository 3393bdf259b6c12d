/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_facts - the facts a re-evaluation condition may name, each with the records it rests on
 *
 * Ours to know, so that none recorded means none: deductions, incidents, cancellations. Known only
 * when somebody recorded them: the assessment and the inspection. The enterprise is the holder, or
 * whoever serves the site; with a merger also the one it went into, whose conduct then counts
 * together.
 */
#pragma once
#include "common/service/service.h"

struct held_case;
struct published;
struct verdict;

/* Judge @h by @pub from the facts known in this transaction. With @exits_only no facts are looked
 * up. */
int case_judge(struct ctx *c, const struct published *pub, const struct held_case *h,
               bool exits_only, struct verdict *ret) MUST_CHECK;
