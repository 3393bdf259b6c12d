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
    const char *kind; /* "dissolved", as in a programme's exit section */
    const char *subject_id;
    const char *site_id; /* of left_site, else NULL */
    const char *into_id; /* of merged, else NULL */
    const char *name;    /* after the change; NULL: as before */
    const char *region;  /* the district or city that recorded it: honours outside are untouched */
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
/* The word of a change's kind in programmes; NULL if unknown. */
const char *change_word(Intake__RecordChange__Kind kind);

/* ---- store and messages (honours.c) ---- */

void honour_read(const struct rows *rows, size_t i, struct honour *ret_honour);
int honour_need(struct ctx *c, const char *id, struct honour *ret_honour) MUST_CHECK;
Publicity__Honour *honour_message(struct arena *a, const struct honour *h);
