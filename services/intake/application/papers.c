/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/papers.h"

#include "intake_sql.h"
#include "services/intake/application/looks.h"

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

int papers_accepted(struct ctx *c, const struct application *a, Intake__Application *m,
                    Intake__ApplicationAccepted *event)
{
    struct checks checks;
    int r = papers_evidence(c, a, true, &event->evidence, &event->n_evidence);

    event->application = m;
    if (r == 0)
        r = looks_now(c, a, &checks);
    if (r)
        return r;
    event->conditions = checks.items;
    event->n_conditions = checks.n;
    looks_keep(c, a, &checks);
    return 0;
}
