/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/honour/granting.h"

#include <errno.h>
#include <string.h>

#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/honour/honour_rules.h"
#include "services/publicity/honour/honour_store.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

/* The next serial of the category that no recorded honour carries. */
static int plaque_next(struct ctx *c, const char *pattern, int year, const char **ret_plaque)
{
    bool taken;
    int r;

    do {
        r = number_next(c, pattern, year, ret_plaque);
        if (r == 0)
            r = plaque_taken(c, *ret_plaque, &taken);
        if (r)
            return r;
    } while (taken);
    return 0;
}

int honour_of_entry(struct ctx *c, const struct programme *p, const struct entry *e,
                    struct honour *ret_honour)
{
    const struct programme_category *category = programme_category(p, e->category);
    bool enterprise = category && strcmp(category->subject, "enterprise") == 0;

    if (!category)
        return err_raise(-EBADMSG); /* the list was scored by this programme */
    *ret_honour = (struct honour){
        .district = c->district,
        .programme_id = p->id,
        .category = e->category,
        .title = category->title,
        .subject_id = e->subject_id,
        .subject_kind = category->subject,
        .name = e->name,
        .state = honour_fsm.start,
        .plaque_state = plaque_fsm.start,
        .enterprise_id = e->enterprise_id || !enterprise ? e->enterprise_id : e->subject_id,
        .subdistrict = e->subdistrict,
        .year = p->year,
        .granted_day = DAY_NONE,
        .ended_day = DAY_NONE,
        .due_day = DAY_NONE,
    };
    return 0;
}

int honours_grant(struct ctx *c, const struct programme *p, const struct list *l,
                  const struct entry *e, const struct change *changes, size_t n_changes)
{
    const char *seed = arena_printf(c->arena, "honour %s %s", l->id, e->subject_id);
    char text[UUID_TEXT];
    struct uuid id;
    struct honour h;
    struct exit_holder holder;
    int r = honour_of_entry(c, p, e, &h);

    if (r)
        return r;
    holder = honour_holder(&h);
    if (exit_first(p, &holder, changes, n_changes))
        return err_raise(-EBADMSG); /* the list was reviewed when the change was heard */
    honour_carry(&h, p, changes, n_changes);
    uuid_derive(seed, strlen(seed), &id);
    h.id = arena_strdup(c->arena, uuid_format(&id, text));
    h.granted_day = instant_day(c->now);
    r = honour_need_first(c, &h, "list_id");
    if (r == 0)
        r = plaque_next(c, programme_category(p, e->category)->plaque, p->year, &h.plaque);
    if (r)
        return r;
    honour_put(c, &h, l->id);
    return 0;
}
