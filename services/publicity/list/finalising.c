/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changning 2023, section 三(四): after the notice period the two departments fix the list and
 * award the plaques.
 */
#include "services/publicity/list/finalising.h"

#include <string.h>

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/honour/granting.h"
#include "services/publicity/list/blockers.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/list/review.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static int list_grant(struct ctx *c, const struct list *l, const char *document)
{
    Publicity__ListFinalised said = PUBLICITY__LIST_FINALISED__INIT;
    const struct programme *p;
    struct change *changes;
    struct entry *entries;
    size_t n, n_changes;
    int r = list_entries(c, l->id, &entries, &n);

    if (r == 0)
        r = programme_need(c, l->programme_id, &p);
    if (r == 0)
        r = list_changes(c, l, &changes, &n_changes);
    if (r)
        return r;
    said.list_id = (char *)l->id;
    said.programme_id = (char *)l->programme_id;
    said.document = (char *)document;
    said.entries = arena_new_array(c->arena, Publicity__NoticeEntry *, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(entries[i].state, "listed") != 0)
            continue;
        entry_message(c->arena, &entries[i], &said.entries[said.n_entries++]);
        r = honours_grant(c, p, l, &entries[i], changes, n_changes);
        if (r)
            return r;
    }
    emit(c, NULL, &said.base);
    return 0;
}

/* The entries as they will be honoured, for those who sign. */
static int content_of(struct ctx *c, const struct list *l, struct joint_matter *m)
{
    struct entry *entries;
    const char **lines;
    size_t n;
    int r = list_entries(c, l->id, &entries, &n);

    if (r)
        return r;
    m->content = lines = arena_new_array(c->arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        if (strcmp(entries[i].state, "listed") == 0)
            lines[m->n_content++] =
                arena_printf(c->arena, "%s %d %s %s", entries[i].category, entries[i].rank,
                             entries[i].subject_id, entries[i].name);
    return 0;
}

static int plan_final(struct ctx *c, const void *request, struct joint_matter *m)
{
    const Publicity__FinaliseList *q = request;
    struct list *l = arena_new_one(c->arena, struct list);
    const char *to;
    int r = need_text(c, "document", q->document, 1, 200);

    changes_turn(c);
    if (r == 0)
        r = list_lock(c, q->list_id, "list_id", l);
    if (r == 0)
        r = list_need_open(c, l, "list_id");
    if (r == 0)
        r = list_need_clear(c, l, q->confirmed, q->n_confirmed);
    if (r == 0)
        r = need_step(c, &list_fsm, l->state, "finalise", "list_id", &to);
    if (r == 0)
        r = programme_need(c, l->programme_id, &m->programme);
    if (r == 0)
        r = content_of(c, l, m);
    m->programme_id = l->programme_id;
    m->target_id = q->list_id;
    m->plan = l;
    return r;
}

static int finalise(struct ctx *c, const void *request, const struct joint_matter *m)
{
    const Publicity__FinaliseList *q = request;
    const struct list *l = m->plan;
    int r = sql_cas(c->tx, &sql_list_finalise, T(c->district), T(l->id), T(l->state),
                    T(must_step(&list_fsm, l->state, "finalise")), T(q->document), AT(c->now));

    return r ? r : list_grant(c, l, q->document);
}

const struct joint_kind final_list_act = {JOINT_FINAL_LIST, "list",
                                          &publicity__finalise_list__descriptor, .plan = plan_final,
                                          .carry_out = finalise};
JOINT_COMMAND(publicity_finalise_list, final_list_act, Publicity, PUBLICITY)
