/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry_rows - rows of the registry, one by a Register message or many by a file, through the same door
 *
 * A kind of row is a table entry: its message, its columns, its statements and checks. Whatever the number of rows, a kind is
 * looked up, compared and written with one statement each.
 */
#pragma once
#include "common/service/service.h"
#include "services/intake/registry/registry_check.h"

enum row_result { ROW_REFUSED = 0, ROW_ADDED, ROW_CHANGED, ROW_UNCHANGED };
const char *row_result_name(enum row_result result);

struct registry_row {
    const ProtobufCMessage *message; /* of the kind; NULL if it could not be read */
    int line;
    const char *id;
    struct fault fault; /* the first of them */
    const struct fault *more;
    size_t n_more; /* the others, where a file has several in one row */
    enum row_result result;
};

enum { REGISTRY_COLUMNS = 9 };
struct registry_kind {
    const char *name; /* "enterprise" */
    bool of_city;     /* stands under the city's code */
    const ProtobufCMessageDescriptor *message;
    const ProtobufCMessageDescriptor *event;   /* has the message as its only field */
    const char *columns[REGISTRY_COLUMNS + 1]; /* fields that are kept, the id first */
    const struct sql_stmt *diff, *lock, *put;
    const struct sql_stmt *kept; /* rows as they are, a column of text per column */
    registry_check_fn *check;
    /* ask for the fields that name other subjects: one row per row, column "missing"; may be NULL */
    struct asked *(*refs)(struct ctx *c, const struct sql_arg *columns);
    /* what follows once rows with the ids @ids are written; may be NULL */
    int (*settle)(struct ctx *c, const char *const *ids, size_t n);
};
/* In the order of ImportRegistry.Kind, which begins at 1. */
extern const struct registry_kind registry_kinds[];
enum {
    REGISTRY_ENTERPRISE = 0,
    REGISTRY_MANAGER,
    REGISTRY_EXPERT,
    REGISTRY_SITE,
    REGISTRY_PROJECT,
    REGISTRY_REGION,
    REGISTRY_COMMITTEE,
    N_REGISTRY_KINDS
};

/* The kind with this number of ImportRegistry.Kind: 0, or refused (value_unknown). */
int registry_kind_of(struct ctx *c, int number, const struct registry_kind **ret_kind) MUST_CHECK;
/* Whether rows of @kind belong to the message's district: 0, or refused (district_not_city, district_needed). */
int registry_district(struct ctx *c, const struct registry_kind *kind) MUST_CHECK;
/*
 * Check the rows, look up what they name and compare them with what is kept: rows with a fault are left alone, others get one or their
 * result. Of the good rows with one id all but the first get a fault; one that has a fault claims nothing. With @hold nobody else changes
 * what was compared until the end.
 */
int registry_judge(struct ctx *c, const struct registry_kind *kind, struct registry_row *rows,
                   size_t n, bool hold) MUST_CHECK;
/* Write the rows that were judged added or changed, and say so. */
int registry_write(struct ctx *c, const struct registry_kind *kind, struct registry_row *rows,
                   size_t n) MUST_CHECK;

/* A field of a Register message as the text of its column, NULL when empty; a list's values are joined by ';'. */
const char *registry_text(struct arena *a, const ProtobufCMessage *message, const char *column);
