/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate_text - what a migration's text says of itself, and its statements one by one
 *
 * The head is the lines before the first that is no comment. A line of it can be a mark:
 *     -- additive      a build that does not know this migration works beside it
 *     -- concurrent    its statements make and drop indexes and run outside a transaction
 */
#pragma once
#include "common/base/err.h"

enum { INDEX_NAME_SIZE = 132 }; /* an identifier of 63 bytes, each quoted and doubled */

enum index_action { INDEX_CREATE, INDEX_CREATE_UNIQUE, INDEX_DROP };
/* One statement of a concurrent migration; @text is borrowed and not ended by NUL. */
struct index_stmt {
    enum index_action action;
    char name[INDEX_NAME_SIZE]; /* as it is written, quotes too */
    const char *text;
    size_t length; /* without the semicolon */
};

bool migration_is_concurrent(const char *text);
/*
 * Marked so; or concurrent and nothing but "create index concurrently": an index more is in no
 * build's way. A unique one is (a new rule), and so is a dropped one ("on conflict" names it).
 */
bool migration_is_additive(const char *text);

enum {
    MIGRATION_E_END = 1, /* no statement is left */
    MIGRATION_E_OTHER, /* neither "create [unique] index concurrently [if not exists] NAME on ..." nor
                            "drop index concurrently [if exists] NAME"; @ret's text and length are set */
};
/* The statement at *@at, which moves behind it; comments before it are skipped. */
int migration_next_index(const char **at, struct index_stmt *ret) MUST_CHECK;

/* The line, from 1, of the 1-based character @position of @from, which lies in @text. */
int migration_line(const char *text, const char *from, long position);
