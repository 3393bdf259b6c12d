/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict - what the programme's re-evaluation rules say of one holder, from facts that were found
 *
 * Any condition met fails the holder; a fact nobody recorded leaves the verdict undecided unless
 * another condition is met already; a category without conditions has no rule and keeps its title.
 * Dissolution and leaving end the honour whatever the facts say; renaming, merging and a changed
 * branch never do. Source: changning-2023-property 五(一)3-4, 五(二)3-4; domain.md section 9
 * (buildings).
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/points.h"
#include "common/programme/programme.h"

/* A fact found, or looked for in vain. */
struct fact {
    const char *name;      /* "credit.year_points" */
    const char *value;     /* for condition_met(); NULL: unknown */
    const char *shown;     /* for people: "3.2"; NULL: as the value */
    const char **evidence; /* "deduction <id>" */
    size_t n_evidence;
};

/* Something that happened to a subject, as intake recorded it. */
struct change {
    const char *change_id, *subject_id, *kind;
    int32_t on_day;
    const char *site_id; /* left_site */
    const char *into_id; /* merged */
};

/* Who holds the honour. */
struct holder {
    const char *subject_id, *category;
    const char **enterprises; /* itself or whoever serves the site, then what it merged into, the
                                 last one acting today */
    size_t n_enterprises;
    int32_t since_day; /* the grant */
};

enum change_effect {
    CHANGE_NOTHING = 0,
    CHANGE_ENDS,
    CHANGE_EXEMPT,
    CHANGE_REMARK /* for the officers' judgement */
};
/*
 * What @c does to @h's honour on @today. An enterprise that left one of its sites ends that site's
 * honour, not its own; one that was merged into another and then struck off is exempt.
 */
enum change_effect change_effect(const struct programme *p, const struct holder *h,
                                 const struct change *changes, size_t n_changes,
                                 const struct change *c, int32_t today);

struct verdict_condition {
    const struct programme_condition *rule;
    const char *fact; /* as shown; "unknown" */
    bool met, known;
    const char **evidence;
    size_t n_evidence;
};
struct verdict {
    const char *verdict; /* "kept", "failed", "ended", "exempt", "no_rule", "undecided" */
    struct verdict_condition *conditions;
    size_t n_conditions, n_unknown, n_met;
    const char **notes;
    size_t n_notes;
};

/*
 * Judge @h by @p with @facts and @changes on @today. @exit_source is the section of the exit rules,
 * for the notes. Everything in @a, borrowing from the inputs. A fact whose text cannot be compared
 * with the rule is -EBADMSG.
 */
int verdict_judge(struct arena *a, const struct programme *p, const struct holder *h,
                  const struct fact *facts, size_t n_facts, const struct change *changes,
                  size_t n_changes, int32_t today, const char *exit_source,
                  struct verdict *ret_verdict) MUST_CHECK;

/* Points for people: "3.2" where thousandths say it exactly, else rounded with the exact fraction
 * beside: "4.751 (5782/1217)". */
const char *points_shown(struct arena *a, struct fraction points);
