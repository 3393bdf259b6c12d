/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor - how far a reader of changes is: a position in each service's stream of the district
 *
 * As text "credit.3-intake.712-publicity.0-scoring.88", the services sorted; clients keep it and hand it back unread. One that
 * an older release wrote may lack a service, which then begins at its first event.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "proto/changes.h"

enum { CURSOR_TEXT = CHANGE_SOURCES * 32 };

struct cursor {
    int64_t at[CHANGE_SOURCES]; /* the position of the last event passed; 0: none */
    bool now;                   /* instead: where the streams are when they are asked */
};

enum { CURSOR_E_BAD = 1 };
/* "" is the beginning, "now" the end. CURSOR_E_BAD: not a cursor. */
int cursor_parse(const char *text, struct cursor *ret_cursor);
/* Not of one that is `now`. @ret_text has CURSOR_TEXT bytes. */
const char *cursor_format(const struct cursor *cursor, char *ret_text);
/* Whether @cursor has passed all that @other has. */
bool cursor_reaches(const struct cursor *cursor, const struct cursor *other);
