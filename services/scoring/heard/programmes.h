/* SPDX-License-Identifier: Apache-2.0 */
/*
 * programmes - the documents intake sealed, kept whole and read when a rule is needed
 */
#pragma once
#include "common/programme/programme.h"
#include "common/service/service.h"

struct published {
    const struct programme *p; /* NULL: not published here */
    const char *programme_id, *document_sha256;
    int32_t version;
};
/* The programme @id of @district; ret->p is NULL if there is none. */
int published_find(struct ctx *c, const char *district, const char *id,
                   struct published *ret) MUST_CHECK;
/* The programme @id of the message's district, or refused: not_found, field programme_id. */
int published_get(struct ctx *c, const char *id, struct published *ret) MUST_CHECK;
/*
 * Until the end: whoever judges by the programme @id (a run, a list, verdicts) locks it, and reads
 * afterwards; whoever adds to what is judged (a sheet, a fact) holds it, beside others who add.
 * A fact of a year is judged by all of that year.
 */
void published_lock(struct ctx *c, const char *id);
void published_hold(struct ctx *c, const char *id);
void published_hold_year(struct ctx *c, int year);

/* intake.ProgrammePublished: the version is kept unless a newer one is. */
handler_fn on_programme_published;
