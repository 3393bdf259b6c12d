/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runs - score runs as they are stored, for those who read them, decide their ties and propose
 * their lists
 */
#pragma once
#include "common/service/service.h"
#include "scoring.pb-c.h"
#include "services/scoring/run/model.h"

struct published;

struct run {
    const char *run_id, *programme_id, *panel_id, *result_sha256;
    int32_t version;
    int64_t at;
    struct run_subject
        *subjects; /* of a stored run: without sheets, ballots, fractions and explanations */
    size_t n_subjects;
};

/* The run with its subjects, standing set with the programme's reserve; refused: not_found, field
 * run_id. @lock, to judge by it: its programme is locked (published_lock), so that its inputs stand still until the end. */
int run_get(struct ctx *c, const char *run_id, bool lock, struct run *ret,
            struct published *ret_pub) MUST_CHECK;

/* Messages of the run's subjects in list order (groups, places); "tied" ones are neither proposed
 * nor reserve. */
Scoring__ScoredSubject **run_messages(struct arena *a, const struct published *pub,
                                      const struct run *run, size_t *ret_n);
Scoring__ScoredSubject *run_message(struct arena *a, const struct run_subject *s);
/* Say SubjectScored for the run as it stands now, in several events where there are many subjects.
 */
void run_say_scored(struct ctx *c, const struct published *pub, const struct run *run);

/* The ties that matter and are open, as "group: a, b", and their number. @ret_texts may be NULL. */
size_t run_open_ties(struct arena *a, const struct published *pub, const struct run *run,
                     char ***ret_texts);
