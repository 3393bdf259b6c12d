/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application - an application or recommendation: where it stands, who acts for it, whose turn it is
 */
#pragma once
#include "common/programme/programme.h"
#include "services/intake/intake.h"

struct application {
    const char *id, *programme_id, *category, *subject_id, *subject_kind, *name, *route, *state;
    int64_t version;         /* of the form */
    int64_t rev;             /* of the row */
    const char *step;        /* the role whose turn it is; NULL unless submitted */
    const char *subdistrict; /* NULL only where no subdistrict has a part in it */
    const char *enterprise_id, *enterprise_name, *manager_id; /* of a site: who serves it */
    const char *drafter_role, *drafter_region, *drafter_subject;
    int64_t submitted_at;
    const char *reason;
};

/* A subject as the registry has it now. */
struct subject {
    const char *id, *kind, *name, *state;
    const char *subdistrict; /* of a site */
    const char *enterprise_id, *enterprise_name, *manager_id; /* of a site that is served; of an enterprise itself */
    bool served;
};

/* ---- application_store.c ---- */

/* Refused with not_found (field application_id). */
int application_load(struct ctx *c, const char *id, struct application *ret_a) MUST_CHECK;
/* A row of application_get or application_list. */
void application_of_row(const struct rows *rows, size_t i, struct application *ret_a);
void application_insert(struct ctx *c, const struct application *a);
/* Write @a, which was read in state @from. MSG_LATER if someone was faster. */
int application_save(struct ctx *c, const struct application *a, const char *from) MUST_CHECK;
/* Note a step in the history. */
void application_note(struct ctx *c, const struct application *a, const char *from, const char *reason);
/* The form of @a's version is written anew / read. */
void application_form_put(struct ctx *c, const struct application *a, Intake__FormField *const *form, size_t n);
int application_form(struct ctx *c, const struct application *a, Intake__FormField ***ret_form, size_t *ret_n) MUST_CHECK;
/* As messages carry it; without the form. Lives in the arena. */
Intake__Application *application_message(struct ctx *c, const struct application *a);
/* With the form. */
int application_message_whole(struct ctx *c, const struct application *a, Intake__Application **ret_m) MUST_CHECK;
/* The subject of @kind in the registry; refused with not_found (field subject_id). */
int subject_load(struct ctx *c, const char *kind, const char *id, struct subject *ret_s) MUST_CHECK;
/* Until the end nothing happens to it, nor to who serves a site and the contracts there: before subject_load, for who decides by it. */
void subject_hold(struct ctx *c, const char *kind, const char *id);
/* Take over what is known of the subject now. */
void application_take_subject(struct application *a, const struct subject *s);

/* ---- application_rules.c: pure, and who may ---- */

/* The step after @step in the chain (the first for NULL); NULL at its end. */
const char *chain_next(const struct programme_route *route, const char *step);
/* Whether the actor acts for whoever drafted it; refused with forbidden. */
int need_drafter(struct ctx *c, const struct application *a) MUST_CHECK;
/* Whether the actor may act as @role of the chain on @a. */
bool may_act_as(const struct ctx *c, const char *role, const struct application *a);
/* Unknown and doubled fields, lengths; and, when @complete, required ones. Refused with the field's place. */
int check_form(struct ctx *c, const struct programme_category *category, Intake__FormField *const *form, size_t n,
               bool complete) MUST_CHECK;
/* Whether applications are taken now: application_late, stage_not_open, calendar_missing. */
int need_stage(struct ctx *c, const struct programme *p) MUST_CHECK;

/* ---- conditions.c ---- */

struct checks {
    Intake__ConditionCheck **items;
    size_t n;
    const struct programme_condition *failed; /* the first that is unmet or unknown */
    bool unknown;
};
/* Every condition of the category with the fact found now. */
int conditions_check(struct ctx *c, const struct programme *p, const struct programme_category *category, const struct subject *s,
                     struct checks *ret_checks) MUST_CHECK;
