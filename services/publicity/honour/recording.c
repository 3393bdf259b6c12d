/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/honour/recording.h"

#include <string.h>

#include "publicity.pb-c.h"
#include "services/publicity/changes.h"
#include "services/publicity/honour/ending.h"
#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/honour/honour_store.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static int need_fields(struct ctx *c, const Publicity__RecordHonour *q)
{
    static const char *const kinds[] = {"enterprise", "compound", "building", "committee", NULL};
    int year, month, mday, r;

    day_civil(instant_day(c->now), &year, &month, &mday);
    r = fault_note(c, need_word(c, "subject_kind", q->subject_kind, kinds));
    if (r == 0)
        r = fault_note(c, need_range(c, "year", q->year, 2000, year));
    if (r == 0)
        r = fault_note(c, need_text(c, "category_title", q->category_title, 1, 100));
    if (r == 0)
        r = fault_note(c, need_text(c, "category", q->category, 1, 60));
    if (r == 0)
        r = fault_note(c, need_text(c, "subject_id", q->subject_id, 1, 60));
    if (r == 0)
        r = fault_note(c, need_text(c, "name", q->name, 1, 200));
    if (r == 0)
        r = fault_note(c, need_text(c, "plaque", q->plaque, 1, 60));
    if (r == 0)
        r = fault_note(c, need_text(c, "programme_id", q->programme_id, 1, 100));
    if (r == 0 && text_or_null(q->subdistrict) &&
        (region_level(q->subdistrict) != REGION_SUBDISTRICT ||
         !region_covers(c->district, q->subdistrict)))
        r = fault_note(c, refuse(c, reason_value_unknown, "subdistrict", q->subdistrict, NULL));
    return r ? r : faults_refuse(c);
}

/* Neither the serial nor the honour is there yet, and exit rules exist for it. */
static int honour_need_new(struct ctx *c, const struct honour *h)
{
    const struct programme *p;
    bool taken;
    int r = plaque_taken(c, h->plaque, &taken);

    if (r == 0 && taken)
        r = refuse(c, reason_plaque_taken, "plaque", h->plaque, NULL);
    if (r == 0)
        r = honour_need_first(c, h, "subject_id");
    if (r == 0)
        r = programme_for_exit(c, c->district, h->programme_id, h->subject_kind, &p);
    if (r == 0 && !p)
        r = refuse(c, reason_honour_without_rules, "programme_id", NULL);
    return r;
}

/* What was heard before the honour was recorded has its effect now: all that befell from the first
 * day of the honour's year. */
static int honour_catch_up(struct ctx *c, struct honour *h)
{
    struct change *changes;
    int32_t day;
    size_t n;
    int r = err_fold(day_of(h->year, 1, 1, &day));

    if (r == 0)
        r = changes_since(c, 0, day, &changes, &n);
    return r ? r : honour_change(c, h, changes, n);
}

int publicity_record_honour(struct ctx *c)
{
    const Publicity__RecordHonour *q = c->request;
    bool enterprise = strcmp(q->subject_kind, "enterprise") == 0;
    const char *served_by = text_or_null(q->enterprise_id);
    struct honour h = {
        .district = c->district,
        .id = c->id_text,
        .programme_id = q->programme_id,
        .category = q->category,
        .title = q->category_title,
        .subject_id = q->subject_id,
        .subject_kind = q->subject_kind,
        .name = q->name,
        .state = honour_fsm.start,
        .plaque = q->plaque,
        .plaque_state = plaque_fsm.start,
        .enterprise_id = served_by || !enterprise ? served_by : q->subject_id,
        .subdistrict = text_or_null(q->subdistrict),
        .year = q->year,
        .granted_day = DAY_NONE,
        .ended_day = DAY_NONE,
        .due_day = DAY_NONE,
    };
    int r = need_fields(c, q);

    changes_turn(c);
    if (r == 0)
        r = honour_need_new(c, &h);
    if (r)
        return r;
    honour_put(c, &h, NULL);
    return honour_catch_up(c, &h);
}
