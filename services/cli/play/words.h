/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - the names in a scenario's words, texts and JSON, replaced by what they stand for
 *
 * The forms are in scenario.h. A value comes into a JSON as a value, never as a piece of JSON: what
 * stands inside quotes is escaped there.
 */
#pragma once
#include <jansson.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/text/text.h"

/* What @name stands for, borrowed; NULL: nothing does. */
typedef json_t *words_lookup_fn(void *arg, const char *name);
struct words {
    struct arena *arena;
    enum language language;
    words_lookup_fn *lookup;
    void *arg;
};

enum { WORDS_E_WRONG = 1 }; /* @e says what */
/* @text with every name replaced, in the arena. */
int words_fill(const struct words *w, const char *text, const char **ret_text,
               struct errtext *e) MUST_CHECK;
/* The JSON that @text is, any value; json_decref() it. @ret_line (may be NULL): on WORDS_E_WRONG the
 * line of @text, from 1. */
int words_json(const struct words *w, const char *text, json_t **ret_json, int *ret_line,
               struct errtext *e) MUST_CHECK;
/* A value as text, in the arena: "" for null. */
const char *words_text(struct arena *a, const json_t *value);
/* The member at "a.0.b" of @doc, borrowed; "#" at the end: how many there are (then in @a's care);
 * "." @doc itself. NULL where there is none. */
json_t *words_member(struct arena *a, json_t *doc, const char *path);
