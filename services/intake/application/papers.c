/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/papers.h"

#include "intake_sql.h"
#include "services/intake/application/conditions.h"
#include "services/intake/programme/programme_load.h"
#include "services/intake/registry/registry.h"

#include "common/base/banned.h"

static Intake__Evidence *evidence_of_row(struct ctx *c, const struct rows *rows, size_t i,
                                         bool accounts)
{
    Intake__Evidence *e = arena_new_one(c->arena, Intake__Evidence);
    const char *line = rows_text(rows, i, "rubric_line"), *field = rows_text(rows, i, "field");
    const char *caption = rows_text(rows, i, "caption");

    intake__evidence__init(e);
    e->file_sha256 = (char *)rows_text(rows, i, "file_sha256");
    e->file_name = (char *)rows_text(rows, i, "file_name");
    e->media_type = (char *)rows_text(rows, i, "media_type");
    e->size = rows_i64(rows, i, "size");
    e->rubric_line = line && *line ? (char *)line : NULL;
    e->field = field && *field ? (char *)field : NULL;
    e->caption = caption && *caption ? (char *)caption : NULL;
    e->attached_at = rows_at(rows, i, "attached_at");
    e->account = accounts ? (char *)rows_text(rows, i, "account") : NULL;
    return e;
}

int papers_evidence(struct ctx *c, const struct application *a, bool accounts,
                    Intake__Evidence ***ret_evidence, size_t *ret_n)
{
    struct rows *rows;
    Intake__Evidence **list;
    int r = sql_query(c->tx, &sql_evidence_get, &rows, T(c->district), T(a->id));

    if (r)
        return r;
    list = arena_new_array(c->arena, Intake__Evidence *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++)
        list[i] = evidence_of_row(c, rows, i, accounts);
    *ret_evidence = list;
    *ret_n = rows_count(rows);
    return 0;
}

int papers_conditions(struct ctx *c, const struct application *a, Intake__ConditionCheck ***ret,
                      size_t *ret_n)
{
    const struct programme_category *category;
    const struct programme *p;
    struct subject subject;
    struct checks checks = {0};
    int r = programme_load(c, a->programme_id, &p);

    if (r)
        return r;
    category = programme_category(p, a->category);
    r = category ? subject_load(c, a->subject_kind, a->subject_id, &subject) : 0;
    if (r == 0 && category)
        r = conditions_check(c, p, category, &subject, &checks);
    *ret = checks.items;
    *ret_n = checks.n;
    return r;
}

int papers_accepted(struct ctx *c, const struct application *a, Intake__Application *m,
                    Intake__ApplicationAccepted *event)
{
    int r = papers_evidence(c, a, true, &event->evidence, &event->n_evidence);

    event->application = m;
    return r ? r : papers_conditions(c, a, &event->conditions, &event->n_conditions);
}
