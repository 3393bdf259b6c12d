/* SPDX-License-Identifier: Apache-2.0 */
/* views - every event reporting hears, and what it becomes */
#pragma once
#include "common/service/service.h"

/*
 * How one kind of event becomes rows. Paths name fields of the event, "application.application_id"
 * style; the thing is the submessage that holds the facts, NULL for the event itself.
 */
struct view {
    const char *source; /* the service that says it */
    const ProtobufCMessageDescriptor *event;
    const char *thing;
    const char *each;    /* a repeated submessage of the event, one per subject; NULL: the thing is
                            about one subject */
    const char *section; /* of the dossier; NULL: none */
    const char *id;      /* field of the thing: the dossier entry's id; NULL: the subject itself */
    const ProtobufCMessageDescriptor
        *as;           /* stands in the dossier where that event does; NULL: its own place */
    const char *state; /* field of the thing: its state; NULL: the event's name */
    const char *step;  /* the funnel step its subjects have reached; NULL: none */
    const char *
        undoes; /* a funnel step of the same source (several, with commas between) that its subjects have not reached any
                            more; NULL: none */
    bool quiet; /* not in the timeline: registry rows come by the thousand */
};
extern const struct view views[]; /* ended by source NULL */
extern const size_t n_views;
/* The steps of all views, and the bit that stands for one of them in table progress. */
extern const char *const step_names[];
extern const size_t n_step_names;
extern const char *const steps_in_order[]; /* all of them, as the process takes them */
int64_t step_bits(const char *steps);      /* of several, with commas between */
int64_t step_bit(const char *step);        /* one of step_names */
/* Among events of one instant: the order in which services work on each other's. */
int64_t source_rank(const char *source);
const struct view *view_for(const char *source, const char *type); /* NULL if unknown */

/* The read models, by their tables: all that the service makes. */
enum model {
    MODEL_TIMELINE,
    MODEL_TIMELINE_SUBJECT,
    MODEL_SUBJECT,
    MODEL_PROGRESS,
    MODEL_DOSSIER,
    MODEL_TASK,
    MODEL_TERM,
    N_MODELS
};
extern const char *const reporting_models[N_MODELS + 1]; /* NULL-ended */
