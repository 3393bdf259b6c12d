/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/changes.h"

#include "intake.pb-c.h"
#include "common/domain/subject/words.h"
#include "scoring_sql.h"
#include "services/scoring/panel/recusal.h"
#include "services/scoring/reevaluation/cases.h"

#include "common/base/banned.h"

int on_subject_changed(struct ctx *c)
{
    const Intake__SubjectChanged *e = c->request;
    const Intake__RecordChange *ch = e->change;
    const char *name = e->name ? e->name : ch->new_name, *left = ch->left_district;
    const char *word = change_word(ch->kind);
    int r;

    word = word ? word
                : "unknown"; /* a kind of a later release: kept, and no rule of today names it */

    /* an enterprise that left one district goes on in the others */
    sql_exec(c->tx, &sql_change_put, T(left && *left ? left : c->district), T(e->change_id),
             T(ch->subject_id), T(word), T(ch->on_day), T(ch->site_id), T(ch->into_id),
             T(ch->document), AT(c->event->at));
    if (name)
        sql_exec(c->tx, &sql_subject_rename, T(c->district), T(ch->subject_id), T(name));
    r = recusals_follow_all(c);
    return r ? r : cases_after_change(c, ch->subject_id);
}

int on_subject_change_taken_back(struct ctx *c)
{
    const Intake__SubjectChangeTakenBack *e = c->request;
    const char *left = e->change->left_district;

    sql_exec(c->tx, &sql_change_forget, T(left && *left ? left : c->district), T(e->change_id),
             T(e->change->subject_id), AT(c->event->at));
    sql_exec(c->tx, &sql_subject_rename, T(c->district), T(e->change->subject_id), T(e->name));
    return 0;
}
