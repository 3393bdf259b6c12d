/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/committee_terms.h"

#include "common/base/str.h"
#include "services/intake/registry/committee_fsm.h"

#include "common/base/banned.h"

void committee_terms_settle(struct committee_term *terms, size_t n)
{
    const struct committee_term *next = NULL; /* the nearest later one that was filed */

    for (size_t i = n; i-- > 0;) {
        struct committee_term *t = &terms[i];
        const struct fsm_edge *edge;

        if (!t->filed_day)
            continue;
        if (next && !str_equal(next->site_id, t->site_id))
            next = NULL;
        edge = fsm_edge_for(&committee_fsm, t->state, next ? "succeed" : "file");
        t->to = edge ? edge->to : NULL;
        t->followed_by = edge ? next : NULL;
        next = t;
    }
}
