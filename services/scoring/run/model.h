/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model - a score run without a database: what goes in, and the scores, ranks and reasons that come
 * out
 *
 * What a run may depend on is in struct run_model and nowhere else: no clock, no order of rows, no
 * ids of the run itself. The same inputs therefore give the same bytes, today and years later.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"
#include "services/scoring/run/rank.h"

struct panel;
struct published;
struct sheet;

struct run_ballot {
    const char *expert_id, *account;
    int64_t points_milli, at;
};
/* Why a point was given: Explanation in scoring.proto. */
struct explanation {
    const char *item, *rule, *source, *actor;
    int64_t points_milli, at;
};
struct run_subject {
    struct ranked r; /* group set by the caller; out_of_rank set where a reason lies outside the
                        scores ("withdrawn", "dissolved") */
    const char *category, *name, *enterprise_id, *enterprise_name, *subdistrict;
    const struct panel *panel; /* whose ballots it has */
    const struct sheet *sheet; /* NULL: not inspected */
    struct run_ballot *ballots;
    size_t n_ballots;
    int n_recused;
    const char
        *application_id; /* what it stands by, since when in that state; no part of the result */
    int64_t since;
    const char *by_kind,
        *by_id; /* what changed one of its conditions last, since by_at; NULL: nothing */
    int64_t by_at;
    const char *ended_by; /* the change that put it out; NULL: none */
    /* set by run_compute() */
    int64_t score_milli; /* rounded half up, for showing; 0 where there is no score */
    bool scored;
    struct explanation *lines;
    size_t n_lines;
};
struct run_model {
    const struct published *pub;
    const char *panel_ids; /* of its panels, with blanks between */
    const struct panel *panels;
    size_t n_panels;
    struct run_subject *subjects;
    size_t n_subjects;
};

/* Pointers to all subjects' rankings, for rank.h. */
struct ranked **run_ranked(struct arena *a, const struct run_model *m);
#define run_subject_of(ranked_) container_of((ranked_), struct run_subject, r)
