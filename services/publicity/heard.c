/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/heard.h"

#include "intake.pb-c.h"
#include "common/domain/subject/words.h"
#include "services/publicity/changes.h"
#include "services/publicity/honour/ending.h"
#include "services/publicity/list/review.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

int publicity_on_change(struct ctx *c)
{
    const Intake__SubjectChanged *e = c->request;
    const char *left = text_or_null(e->change->left_district);
    struct change ch = {
        .change_id = e->change_id,
        .region = left ? left : c->district,
        .kind = change_word(e->change->kind),
        .subject_id = e->change->subject_id,
        .site_id = text_or_null(e->change->site_id),
        .into_id = text_or_null(e->change->into_id),
        .name = text_or_null(e->name),
    };
    int r;

    if (!ch.kind)
        return 0; /* a kind newer than this build: no rule of ours names it */
    r = err_fold(day_parse(e->change->on_day, &ch.day));
    if (r)
        return r;
    changes_turn(c);
    change_put(c, &ch);
    r = lists_review(c);
    if (r == 0)
        r = honours_change(c, &ch);
    return r;
}

/* Lapsed honours come back by a correction of their own, which looks at what else befell the holder; entries by another list. */
int publicity_on_change_taken_back(struct ctx *c)
{
    const Intake__SubjectChangeTakenBack *e = c->request;
    const char *left = text_or_null(e->change->left_district);

    changes_turn(c);
    change_forget(c, left ? left : c->district, e->change_id);
    return 0;
}
