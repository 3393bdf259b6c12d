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
const struct view *view_for(const char *source, const char *type); /* NULL if unknown */

/* Turn c->event (its message in c->request) into rows of the read models. The only writer of them.
 */
int reporting_apply(struct ctx *c) MUST_CHECK;

handler_fn reporting_get_timeline, reporting_get_entry, reporting_get_funnel, reporting_get_dossier,
    reporting_get_overview, reporting_rebuild;
