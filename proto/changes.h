/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changes - what a feed of changes tells of an event, and to whom
 *
 * One table (proto/api/changes.def), a row per event: the thing that changed, where in the event its ids stand, and who may
 * know of it. A reader learns ids only, of things the queries of the API would show him; what they hold he asks there.
 * An event without a row is in no feed; a unit test holds the rows against proto/README.md.
 */
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

/* Paths are dotted names from the event's message ("application.subject_id"); NULL: the event does not say. */
struct change_row {
    const char *
        source; /* the package of the event: the service whose stream it stands in, "intake"; "correction" and "joint" stand in several */
    const ProtobufCMessageDescriptor *event;
    const char *thing; /* one word: "application", "notice" */
    const char *thing_id;
    const char *programme_id;
    const char *subject_id;
    const char *enterprise_id; /* whose it is too, or who serves it */
    const char *subdistrict;
    unsigned
        readers; /* enum role bits: who may know of all of them in the districts that the role's region covers or lies in */
    /* Who may know of his own alone. ROLE_SUBDISTRICT: the region covers the event's subdistrict; others: the binding's
     * subject is the event's subject or enterprise. */
    unsigned own;
};
extern const struct change_row change_rows[]; /* ended by source NULL */

/* The row of an event's type ("intake.ApplicationAccepted"); NULL: it is in no feed. */
const struct change_row *change_row_for(const char *type);
/* The services that have rows, sorted. */
enum { CHANGE_SOURCES = 4 };
extern const char *const change_sources[CHANGE_SOURCES];
/* Its place among them; -1: none of them. */
int change_source(const char *name);
