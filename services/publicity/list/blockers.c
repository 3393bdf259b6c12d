/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/list/blockers.h"

#include "common/base/str.h"
#include "publicity_sql.h"
#include "scoring.pb-c.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/notice/signing.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

struct gathering {
    struct blocker *items;
    size_t n;
};

static void note(struct gathering *g, struct blocker b)
{
    g->items[g->n++] = b;
}

static void gather_objections(struct gathering *g, const struct rows *rows)
{
    for (size_t i = 0; i < rows_count(rows); i++)
        note(g, (struct blocker){.reason = reason_objection_open,
                                 .args = {rows_text(rows, i, "receipt")},
                                 .thing_kind = "objection",
                                 .thing_id = rows_text(rows, i, "objection_id"),
                                 .subject_id = rows_text(rows, i, "subject_id"),
                                 .at = rows_at(rows, i, "filed_at")});
}

/* Every notice of the list has run its course. */
static int gather_notices(struct ctx *c, struct gathering *g, const struct notice *notices,
                          size_t n)
{
    if (n == 0)
        note(g, (struct blocker){.reason = reason_notice_missing, .at = INSTANT_NONE});
    for (size_t i = 0; i < n; i++) {
        const struct notice *of = &notices[i];
        struct blocker b = {.reason = reason_notice_not_closed,
                            .args = {of->number, of->state},
                            .thing_kind = "notice",
                            .thing_id = of->id,
                            .at = INSTANT_NONE};

        if (str_equal(of->state, "closed"))
            continue;
        if (str_equal(of->state, "draft")) {
            int r = notice_unsigned(c, of, &b.args[1]);

            if (r)
                return r;
            b.reason = reason_signatures_missing;
        }
        note(g, b);
    }
    return 0;
}

static void gather_causes(struct gathering *g, const struct list *l, const struct rows *rows)
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *subject_id = rows_text(rows, i, "subject_id");
        const char *kind = rows_text(rows, i, "kind"), *id = rows_text(rows, i, "id");

        note(g, (struct blocker){.reason = reason_list_overtaken,
                                 .args = {subject_id ? subject_id : l->programme_id, kind, id},
                                 .thing_kind = kind,
                                 .thing_id = id,
                                 .subject_id = subject_id,
                                 .at = rows_at(rows, i, "at"),
                                 .confirmable = str_equal(kind, "programme")});
    }
}

int list_blockers(struct ctx *c, const struct list *l, struct blocker **ret, size_t *ret_n)
{
    struct rows *objections, *causes;
    struct gathering g = {0};
    struct notice *notices;
    size_t n;
    int r;

    *ret = NULL;
    *ret_n = 0;
    if (list_is_over(l))
        return 0;
    r = sql_query(c->tx, &sql_objections_open_of_list, &objections, T(c->district), T(l->id));
    if (r == 0)
        r = notices_of_list(c, l->id, &notices, &n);
    if (r == 0)
        r = sql_query(c->tx, &sql_list_causes, &causes, T(c->district), T(l->id));
    if (r)
        return r;
    g.items = arena_new_array(c->arena, struct blocker,
                              rows_count(objections) + n + rows_count(causes) + 1);
    gather_objections(&g, objections);
    r = gather_notices(c, &g, notices, n);
    gather_causes(&g, l, causes);
    *ret = g.items;
    *ret_n = g.n;
    return r;
}

static bool is_confirmed(const struct blocker *b, char *const *confirmed, size_t n)
{
    for (size_t i = 0; b->confirmable && i < n; i++)
        if (str_equal(confirmed[i], b->thing_id))
            return true;
    return false;
}

int list_need_clear(struct ctx *c, const struct list *l, char *const *confirmed, size_t n_confirmed)
{
    struct blocker *blockers;
    size_t n;
    int r = list_blockers(c, l, &blockers, &n);

    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct blocker *b = &blockers[i];

        if (!is_confirmed(b, confirmed, n_confirmed))
            r = fault_note(
                c, refuse(c, b->reason, "list_id", b->args[0], b->args[1], b->args[2], NULL));
    }
    return r ? r : faults_refuse(c);
}

void blockers_message(struct arena *a, const struct blocker *blockers, size_t n,
                      Publicity__GetListReply *reply)
{
    reply->blockers = arena_new_array(a, Publicity__ListBlocker *, n + 1);
    for (size_t i = 0; i < n; i++) {
        Publicity__ListBlocker *m = arena_new_one(a, Publicity__ListBlocker);
        const struct blocker *b = &blockers[i];

        publicity__list_blocker__init(m);
        m->code = (char *)reason_row(b->reason)->code;
        while (m->n_args < ARRAY_LEN(b->args) && b->args[m->n_args])
            m->n_args++;
        m->args = arena_memdup(a, b->args, m->n_args * sizeof(*b->args));
        m->thing_kind = (char *)b->thing_kind;
        m->thing_id = (char *)b->thing_id;
        m->subject_id = (char *)b->subject_id;
        m->has_at = b->at != INSTANT_NONE;
        m->at = m->has_at ? b->at : 0;
        m->has_confirmable = true;
        m->confirmable = b->confirmable;
        reply->blockers[reply->n_blockers++] = m;
    }
}

int publicity_on_overtaken(struct ctx *c)
{
    const Scoring__ListOvertaken *e = c->request;

    sql_exec(c->tx, &sql_list_causes_clear, T(c->district), T(e->list_id));
    for (size_t i = 0; i < e->n_causes; i++)
        sql_exec(c->tx, &sql_list_cause_add, T(c->district), T(e->list_id), I((int64_t)i),
                 T(e->causes[i]->kind), T(e->causes[i]->id),
                 AT(e->causes[i]->has_at ? e->causes[i]->at : INSTANT_NONE),
                 T(text_or_null(e->causes[i]->subject_id)));
    return 0;
}
