/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice - a public notice and who has to sign it: what the files of this folder speak of
 *
 * All texts live in the message's arena.
 */
#pragma once
#include "common/base/clock.h"

struct notice {
    const char *id, *programme_id, *list_id, *kind, *number, *title, *state, *basis;
    const char *organisers; /* names, one a line */
    const char *how_to_object, *contact, *content_sha256;
    const char *follows; /* NULL: the first */
    int working_days, version;
    bool count_start_day;
    int64_t publish_at, published_at; /* INSTANT_NONE: not yet */
    int32_t start_day, end_day;       /* DAY_NONE: not yet */
    int64_t revision;                 /* for compare-and-set */
};

struct signature {
    const char *body, *name, *account; /* account NULL: not signed */
    int64_t at;
};
