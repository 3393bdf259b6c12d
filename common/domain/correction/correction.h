/* SPDX-License-Identifier: Apache-2.0 */
/*
 * correction - the way back of an act: a new record with its authority, never an edit
 *
 * A service has a book: the kinds of corrections it knows and the things they step. A kind is one function, its plan: it looks at
 * what stands, refuses what may not be corrected, and adds a step for everything that will change. Carrying out is walking those
 * steps, and nothing else; so the preview, the proposal and the act are one rule. A plan runs in read-only transactions, too: it
 * changes nothing, and locks only when plan->carried_out says that the steps follow in the same transaction.
 *
 *     static const struct correction_kind kinds[] = {
 *         [INTAKE__CORRECT__KIND__ACCEPTANCE_WITHDRAWN] =
 *             {"acceptance_withdrawn", "application", ROLE_DISTRICT, CORRECTION_TWO_PERSONS, plan_acceptance_withdrawn},
 *     };
 *     const struct correction_book intake_corrections = {kinds, ARRAY_LEN(kinds)};
 *
 *     r = correction_ask(c, &intake_corrections, (int)q->kind, q->target_id, q->authority, &reply.correction);
 *
 * The service names &correction_part among its .parts, so that the table and the statements are there. docs/corrections.md lists
 * all kinds with their sources.
 */
#pragma once
#include "common/service/service.h"
#include "correction.pb-c.h"

/* What a correction steps: a machine's thing, and how one step of it is written. */
struct correction_plan;
struct correction_step;
struct correction_thing {
    const char *name;          /* "notice" */
    const struct fsm *machine; /* NULL: a record without a machine, whose steps say from and to */
    /* Carry out one step and say its event; as a handler. */
    int (*step)(struct ctx *c, const struct correction_plan *plan,
                const struct correction_step *step);
};
struct correction_step {
    const struct correction_thing *thing;
    const char *id, *name; /* name: for people, may be NULL */
    const char *on;        /* the event of the machine; NULL without one */
    const char *from, *to;
    const void *what; /* what the plan read of the thing, for its step */
};

/* What one correction is going to do. */
struct correction_plan {
    const struct correction_kind *kind;
    const char *target_id;
    const char *correction_id; /* of the command that asked for it; NULL: only a preview */
    const Correction__Authority *authority; /* NULL: only a preview */
    int32_t on_day;                         /* of the authority */
    bool carried_out;         /* in this transaction: take the locks that the steps need */
    const char *programme_id; /* for the record and those who list it; filled in by the plan */
    const char *subject_id;
    const struct correction_step *steps;
    size_t n_steps;
};

enum correction_persons {
    CORRECTION_ONE_PERSON = 1,
    CORRECTION_TWO_PERSONS, /* one account proposes, another confirms */
    CORRECTION_TWO_BODIES, /* as two persons, and the second acts in another of the kind's roles than the first */
};
struct correction_kind {
    const char *name;  /* "list_withdrawn" */
    const char *thing; /* what the target is: "list" */
    unsigned
        roles; /* enum role bits: who may ask for and confirm it; the region must cover the district,
                       or with @local lie within it: the plan decides by the thing itself then */
    enum correction_persons persons;
    int (*plan)(struct ctx *c, struct correction_plan *plan);
    bool local;
};
struct correction_book {
    const struct correction_kind
        *kinds; /* by the number of the service's enum Kind; a hole has no name */
    size_t n_kinds;
};

/* The table and statements of corrections, for service_spec.part. */
extern const struct service_part correction_part;
extern const struct fsm correction_fsm;

/* ---- for plans ---- */

/* Add a step of @thing by its machine's row for @on; refused (state_forbids, field "target_id") when @from has none. Texts are
 * borrowed. */
int correction_add(struct ctx *c, struct correction_plan *plan,
                   const struct correction_thing *thing, const char *id, const char *name,
                   const char *from, const char *on, const void *what) MUST_CHECK;
/* Add a step of a thing without a machine, from word to word. */
void correction_add_record(struct ctx *c, struct correction_plan *plan,
                           const struct correction_thing *thing, const char *id, const char *name,
                           const char *from, const char *to, const void *what);

/* Whether @a says why and by which decision; refused under "authority.reason" and so on. The day of the decision: today unless said. */
int correction_need_authority(struct ctx *c, const Correction__Authority *a,
                              int32_t *ret_day) MUST_CHECK;

/* ---- for the handlers of a service's five messages: 0, or as a handler ---- */

/* What a correction would do now, with all its refusals; nothing is written. For a query. */
int correction_preview(struct ctx *c, const struct correction_book *book, int kind,
                       const char *target_id, Correction__Correction **ret_correction) MUST_CHECK;
/* Ask for it: made at once where one person is enough, else proposed. Its id is the message's. */
int correction_ask(struct ctx *c, const struct correction_book *book, int kind,
                   const char *target_id, const Correction__Authority *authority,
                   Correction__Correction **ret_correction) MUST_CHECK;
/* The second person carries out what was proposed, if it would still do exactly the same (else correction_changed). */
int correction_confirm(struct ctx *c, const struct correction_book *book, const char *correction_id,
                       Correction__Correction **ret_correction) MUST_CHECK;
/* A proposal is given up, by anybody who may ask for its kind, with a note of 1..1000 characters. */
int correction_drop(struct ctx *c, const struct correction_book *book, const char *correction_id,
                    const char *note, Correction__Correction **ret_correction) MUST_CHECK;
/*
 * Corrections in the order they were asked for, of one target or state unless NULL or "", behind @after; at most @limit (1..500). A word that
 * is no state is refused.
 * @ret_next: the last id where there are more, else NULL.
 */
int correction_list(struct ctx *c, const char *target_id, const char *state, const char *after,
                    int32_t limit, Correction__Correction ***ret_corrections, size_t *ret_n,
                    const char **ret_next) MUST_CHECK;
