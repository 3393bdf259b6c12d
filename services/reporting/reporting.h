/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reporting - what the service's files share
 */
#pragma once
#include "common/service/service.h"
#include "reporting.pb-c.h"

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
    const char *state;   /* field of the thing: its state; NULL: the event's name */
    const char *step;    /* the funnel step its subjects have reached; NULL: none */
    bool quiet;          /* not in the timeline: registry rows come by the thousand */
};
extern const struct view views[]; /* ended by source NULL */
extern const size_t n_views;
/* The steps of all views, and the bit that stands for one of them in table progress. */
extern const char *const step_names[];
extern const size_t n_step_names;
int64_t step_bit(const char *step); /* one of step_names */
const struct view *view_for(const char *source, const char *type); /* NULL if unknown */

/* What an event may put into the read models; its values, in order, are those that the head of the
 * statement sql/<name>.sql names. */
enum put {
    PUT_TIMELINE,
    PUT_TIMELINE_SUBJECT,
    PUT_SUBJECT,
    PUT_NAME, /* of a subject that is there: a rename */
    PUT_PROGRESS,
    PUT_DOSSIER,
    N_PUTS
};

/* The read models, by their tables: all that the service makes. */
enum model { MODEL_TIMELINE, MODEL_TIMELINE_SUBJECT, MODEL_SUBJECT, MODEL_PROGRESS, MODEL_DOSSIER, N_MODELS };
extern const char *const reporting_models[N_MODELS + 1]; /* NULL-ended */

/* Where it goes (pile.h: many at once into the live models or those aside). Values are borrowed from
 * the event and the arena it is read with. */
struct sink {
    void (*put)(struct sink *sink, enum put what, const struct sql_arg *args, size_t n_args);
};

/*
 * Say to @sink what c->event puts into the read models. The only place that knows. Of @c it uses the
 * arena, district, source, event, and the event's message in request; no other state and no clock.
 */
void reporting_read(const struct ctx *c, struct sink *sink);
/* A batch handler: reporting_read of all its events into the live models, in c->tx. */
int reporting_apply(struct ctx *c) MUST_CHECK;

handler_fn reporting_get_timeline, reporting_get_entry, reporting_get_funnel, reporting_get_dossier,
    reporting_get_overview, reporting_rebuild;
