/* SPDX-License-Identifier: Apache-2.0 */
/* handling - one handler in one transaction */
#pragma once
#include "common/service/frame.h"

struct claimed;

/* So many faults of one request are told. */
enum { FAULTS_MAX = 100 };

struct refusal {
    enum reason reason;
    const char *field;
    char **args;
    size_t n_args;
};

struct handling {
    struct ctx c;
    const char *trace_id;   /* may be NULL */
    const char *note;       /* goes into the log row; an operator's reason */
    struct refusal refusal; /* the last one; of reason_none before any */
    struct refusal *noted;  /* NULL while there are none */
    size_t n_noted;
    struct bytes payload;
    const char *payload_type;
    unsigned n_emitted;
    int failed; /* negative when an emit could not be done; the handler's success does not count
                   then */
    int64_t timer_at;        /* the earliest timer set; INSTANT_NONE: none */
    struct claimed *claimed; /* of a timer: those taken with it */
    char id_text[UUID_TEXT];
};
static inline struct handling *handling_of(const struct ctx *c)
{
    return container_of((struct ctx *)c, struct handling, c);
}
void handling_init(struct handling *run, struct service *svc, struct tx *tx, struct arena *arena,
                   const struct uuid *id, const char *district);
/* What a handler's @r means: an emit that could not be done, or a statement's failure that the handler folded or answered with a
 * refusal, counts for it. */
int handling_outcome(const struct handling *run, int r);
/* The refusal that leads the answer: the first that was noted, else the last. */
const struct refusal *handling_refusal(const struct handling *run);
/* A line for an operator: why a handler or commit ended with @r. In the run's arena. */
const char *handling_error(const struct handling *run, int r, const struct errtext *e);
enum { RUN_TRIES = 8, UNIQUE_TRIES = 2 };
/* Whether what ended with @r and @e is to be run again at once: a collision (but not a lock that was not had in its time: whoever
 * holds it would hold this worker too), or a unique key for the first time. Counts in @tries; waits a moment if so. */
bool handling_again(struct service *svc, int r, const struct errtext *e, int *tries);
