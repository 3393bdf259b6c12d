/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_read - a table's rows as Register messages: what office programs write is read, what cannot be is named cell by cell
 */
#pragma once
#include "common/document/csv.h"
#include "common/json/pbjson.h"
#include "services/intake/registry/registry_rows.h"

struct import_table {
    const struct registry_kind *kind;
    const struct csv *csv;
    const ProtobufCFieldDescriptor **fields; /* of the table's columns */
    struct rows *kept;                       /* rows that stand already, by their ids */
    struct registry_row *rows;               /* one for each of the table's */
};

/* Read @text: 0, or refused where it is no table, or not one of this kind. */
int import_read(struct ctx *c, const struct registry_kind *kind, const char *text,
                struct import_table *ret_t) MUST_CHECK;
/*
 * Make the messages: what the table has no column for stays as it stands. Unless @hold rows may be changed meanwhile. Rows with a cell
 * that cannot be read get all their faults and no message.
 */
int import_fill(struct ctx *c, struct import_table *t, bool hold) MUST_CHECK;
/* The cell of the table's row @i in the column of this field, NULL if empty or there is none. */
const char *import_cell(const struct import_table *t, size_t i, const char *field);
/* The row of @t->kept with this id, -1 if none. */
long import_kept(const struct import_table *t, const char *id);
