/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blockers - what is still to be done before a list can be final
 *
 * Changning 2023, 三(四): 公示期满后 the two departments fix the list: every notice over, every objection concluded; and the list is
 * the one that its inputs give (三(三): 根据检查结果). What its own path follows is no blocker: an upheld objection removes the entry, a
 * subject that is no more leaves the list.
 */
#pragma once
#include "services/publicity/list/list.h"
#include "publicity.pb-c.h"

struct blocker {
    enum reason reason;
    const char *args[3];                            /* NULL: no more */
    const char *thing_kind, *thing_id, *subject_id; /* NULL: none */
    int64_t at;                                     /* INSTANT_NONE: not known */
    bool
        confirmable; /* a supplementary decision, which changes days alone (programme/supplement.h): the officer may confirm it */
};

/* All of them; none of a list that is final or was taken back. In the message's arena. */
int list_blockers(struct ctx *c, const struct list *l, struct blocker **ret,
                  size_t *ret_n) MUST_CHECK;
/* Refused at list_id with all of them, but for those that can be confirmed and whose thing is among @confirmed. */
int list_need_clear(struct ctx *c, const struct list *l, char *const *confirmed,
                    size_t n_confirmed) MUST_CHECK;
/* As the reply of GetList carries them. */
void blockers_message(struct arena *a, const struct blocker *blockers, size_t n,
                      Publicity__GetListReply *reply);

/* scoring.ListOvertaken */
handler_fn publicity_on_overtaken;
