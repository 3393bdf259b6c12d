/* SPDX-License-Identifier: Apache-2.0 */
/*
 * committee_terms - which term of a compound's committee is in office
 *
 * Of the terms that were filed the newest is in office, whatever the order in which they were
 * registered; every older one is succeeded by the next that was filed. A term that was elected and
 * is not filed yet changes nothing. changning-2023-owners-committee 五(四)2: 在改选的新一届业委会进行备案后.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct committee_term {
    const char *id, *site_id, *name, *state;
    int64_t term;
    const char *filed_day; /* NULL: not filed */
    /* what committee_terms_settle finds */
    const char *to;                           /* the new state; NULL: as it is */
    const struct committee_term *followed_by; /* if @to is "succeeded": the next term */
};

/* Settle @terms, which stand by compound and term, the oldest first: fills @to and @followed_by. */
void committee_terms_settle(struct committee_term *terms, size_t n);
