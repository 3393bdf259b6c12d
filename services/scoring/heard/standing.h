/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing - whether an accepted candidate still stands today, and if not, why
 */
#pragma once
#include "common/domain/subject/exit.h"
#include "common/service/service.h"

/* What befell the candidates of one programme up to today; in the message's arena. */
struct befallen {
    const struct programme *p;
    const char *district;
    struct change *changes; /* by day */
    size_t n_changes;
};

/* @p is the programme @programme_id of the message's district. */
int standing_load(struct ctx *c, const struct programme *p, const char *programme_id,
                  struct befallen *ret) MUST_CHECK;

/* Why the candidate in row @i (subject_id, subject_kind, enterprise_id, state, since) does not
 * stand: "withdrawn", "returned", or the kind of the change that ends it by the programme's exit rules; NULL:
 * it stands. */
const char *standing_out(const struct befallen *s, const struct rows *rows, size_t i);
/* The change that ends it, of one that is accepted; NULL: none. */
const struct change *standing_end(const struct befallen *s, const struct rows *rows, size_t i);
/* The change in row @i of a result of change columns; its texts are the rows'. */
struct change change_of_row(const struct rows *rows, size_t i);
