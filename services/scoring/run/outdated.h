/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outdated - whether a run still rests on the newest inputs, and what changed if it does not
 *
 * A run keeps all its inputs in its result. Here they are gathered anew and held against it: nothing is marked when something
 * happens, so nothing can be forgotten, and what is taken back again makes the run current again. Changning 2023, 三(三): the
 * list is made 根据检查结果 by the experts' votes, so of those that count now.
 */
#pragma once
#include "common/service/service.h"
#include "scoring.pb-c.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/run/runs.h"

/* One thing that a run made now would rest on otherwise; RunCause in scoring.proto. */
struct run_cause {
    const char *kind, *id, *subject_id; /* subject_id NULL: everybody's */
    int64_t at;                         /* INSTANT_NONE: not known */
    bool
        out; /* the subject does not stand any more by a change that ends it: lists follow that by themselves */
};
/* What a run of the same panel would rest on now. */
struct run_now {
    struct published pub;
    struct run_model m;
    const char *sha256; /* of the result it would have */
};

/* Gather and compute @panel_ids, with blanks between, anew; nothing is stored. @pub is the programme as it is now. */
int run_now(struct ctx *c, const struct published *pub, const char *panel_ids,
            struct run_now *ret) MUST_CHECK;
/* How @now differs from @run in its inputs, by subject; @ret_n 0: the run is current. In the message's arena. */
int run_causes(struct ctx *c, const struct run *run, const struct run_now *now,
               struct run_cause **ret, size_t *ret_n) MUST_CHECK;
/* Refused with run_outdated at run_id, one fault for each cause. */
int outdated_refuse(struct ctx *c, const struct run *run, const struct published *pub) MUST_CHECK;
/* As messages carry them. */
Scoring__RunCause **causes_message(struct arena *a, const struct run_cause *causes, size_t n);
