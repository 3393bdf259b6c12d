/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What befell a subject after scoring looked is applied at once: a list may be heard after a change.
 */
#include "services/publicity/list/proposed.h"

#include "scoring.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/changes.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/list/review.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static void entries_put(struct ctx *c, const char *list_id, Scoring__ScoredSubject *const *subjects,
                        size_t n, const char *state)
{
    for (size_t i = 0; i < n; i++) {
        const Scoring__ScoredSubject *s = subjects[i];

        sql_exec(c->tx, &sql_entry_put, T(c->district), T(list_id), T(s->subject_id),
                 T(s->category), T(s->group), T(s->name), I(s->score_milli), I(s->rank), T(state),
                 T(text_or_null(s->enterprise_id)), T(text_or_null(s->enterprise_name)),
                 T(text_or_null(s->subdistrict)));
    }
}

int publicity_on_list(struct ctx *c)
{
    const Scoring__ListProposed *e = c->request;
    const struct list l = {e->list_id, e->programme_id, list_fsm.start, c->event->at,
                           text_or_null(e->replaces)};

    changes_turn(c);
    sql_exec(c->tx, &sql_list_put, T(c->district), T(e->list_id), T(e->programme_id), T(e->run_id),
             T(e->result_sha256), T(list_fsm.start), AT(l.proposed_at), T(l.replaces));
    entries_put(c, e->list_id, e->proposed, e->n_proposed, "listed");
    entries_put(c, e->list_id, e->reserve, e->n_reserve, entry_fsm.start);
    return list_review(c, &l);
}
