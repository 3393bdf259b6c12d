/* SPDX-License-Identifier: Apache-2.0 */
/*
 * honour - a title held by a subject, and the plaque that shows it
 */
#pragma once
#include "services/publicity/list.h"

struct honour {
    const char *district, *id, *programme_id, *category, *title, *subject_id, *subject_kind, *name;
    const char *state, *plaque, *plaque_state;
    const char *enterprise_id; /* the holder itself, or who served the site when it was granted;
                                  NULL: not known */
    const char *subdistrict, *reason; /* NULL: not known, none */
    int year;
    int32_t granted_day, ended_day, due_day; /* DAY_NONE: not known, not yet */
    bool overdue;
};

/* ---- pure rules (honour_rules.c) ---- */

/* What a change of a subject does to an honour that is held. */
enum honour_effect {
    HONOUR_UNTOUCHED, /* it concerns somebody else */
    HONOUR_KEPT,      /* exempt: name or enterprise go on, the honour stays */
    HONOUR_ENDS,      /* lapses at once */
};
struct change {
    const char *region;  /* the district or city it befell in: honours outside are untouched */
    const char *kind; /* "dissolved", as in a programme's exit section */
    const char *subject_id;
    const char *site_id; /* of left_site, else NULL */
    const char *into_id; /* of merged, else NULL */
    const char *name;    /* after the change; NULL: as before */
    int32_t day;
};

/*
 * Changning 2023, section 五(一)4(2) and (二)4(2): dissolution and leaving the district end the
 * enterprise's own honours and those of the sites it served; leaving a site ends that site's;
 * mergers, new names and new branches end nothing. Which kinds are which is the programme's exit
 * section; a kind in neither list leaves the honour untouched.
 */
enum honour_effect honour_effect(const struct honour *h, const struct change *ch,
                                 const struct programme *p);

/* What goes on after a change that ends nothing: a new name of the holder itself, the enterprise
 * merged into. Whether anything differs. */
bool honour_carry(struct honour *h, const struct change *ch);
/* The first of @changes, in their order, that ends @h by @p; NULL: none. What those before it carry
 * on is in @h. */
const struct change *honour_ended_by(struct honour *h, const struct change *changes, size_t n,
                                     const struct programme *p);

/* ---- changes as heard (changes.c) ---- */

/*
 * Take turns: whoever judges something new by the changes heard, and whoever writes one, calls this
 * first, before any lock on a list, so that neither overlooks the other.
 */
void changes_turn(struct ctx *c);
/* Those recorded from @at on that befell from @day on (DAY_NONE: whenever), as they came. */
int changes_since(struct ctx *c, int64_t at, int32_t day, struct change **ret_changes,
                  size_t *ret_n) MUST_CHECK;

/* ---- ends (exits.c) ---- */

/* What a change does to a held honour. MSG_LATER. */
int honour_change(struct ctx *c, struct honour *h, const struct change *ch) MUST_CHECK;

/* ---- store and messages (honours.c) ---- */

/* What a list's entry would be granted: no id, plaque nor day yet. */
int honour_of_entry(struct ctx *c, const struct programme *p, const struct entry *e,
                    struct honour *ret_honour) MUST_CHECK;
void honour_read(const struct rows *rows, size_t i, struct honour *ret_honour);
/* Locked until the end; MSG_REFUSED (not_found). */
int honour_need(struct ctx *c, const char *id, struct honour *ret_honour) MUST_CHECK;
Publicity__Honour *honour_message(struct arena *a, const struct honour *h);
