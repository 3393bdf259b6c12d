/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_changning - the 2023 evaluation of Changning's property enterprises, compounds and
 * buildings, and the 2024 re-evaluation
 *
 * Who and what stands for whom: deploy/samples/changning (fictional but for the subdistricts).
 * Steps follow the notice of 2023-03-27, 三(一) to 三(四), and 五.
 */
#pragma once
#include "services/cli/play/play.h"

#define CN_DISTRICT "310105"
#define CN_CITY "310000"
#define CN_2023 "changning-property-2023"
#define CN_2024 "changning-property-2024"

enum {
    CN_ENTERPRISES = 12,
    CN_COMPOUNDS = 22,
    CN_BUILDINGS = 6,
    CN_SITES = CN_COMPOUNDS + CN_BUILDINGS,
    CN_EXPERTS = 9,
    CN_CANDIDATES = CN_ENTERPRISES + CN_SITES
};

/* A subject that takes part. */
struct cn_subject {
    const char *id, *name, *kind; /* "enterprise", "compound", "building" */
    const char *subdistrict;      /* that recommends it */
    const char *enterprise;       /* itself, or who serves the site */
    const char *account;          /* of the enterprise, when it acts for itself */
    const char *application;      /* id, once drafted */
    bool accepted;
};
/* What the scenario knows as it goes. */
struct cn {
    struct play *p;
    struct cn_subject subjects[CN_CANDIDATES]; /* enterprises, then compounds, then buildings */
    const char *experts[CN_EXPERTS];
    const char *panel, *run, *list;
    const char *winner_objected, *entry_dismissed; /* subjects of the two objections */
};

/* Choose who takes part from the sample files, register everybody and open the accounts. */
void cn_begin(struct cn *cn);
/* 2023: from the published programme to the honours. */
void cn_evaluate(struct cn *cn);
/* 2024: the holders' re-evaluation. */
void cn_re_evaluate(struct cn *cn);
/* Fill the demonstration's result from what the API answers. */
void cn_result(struct cn *cn);

/* An inspection sheet of every leaf of @kind's rubric that adds up to about @total_milli, as a CSV
 * line for @subject; header by cn_sheet_header. */
const char *cn_sheet_header(const char *kind);
const char *cn_sheet(struct cn *cn, const struct cn_subject *s, const char *day,
                     int64_t total_milli);
