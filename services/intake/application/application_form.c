/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_form.h"

#include "common/base/str.h"
#include "common/domain/form/form_check.h"
#include "common/domain/form/form_rows.h"
#include "intake_sql.h"
#include "services/intake/registry/registry.h"

#include "common/base/banned.h"

/* ---- the form ---- */

/* A subject that is named must be in the registry, of one of the kinds asked for. */
static int check_subject(struct ctx *c, const struct programme_field *f, const char *at,
                         const char *code)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_subject_kind, &rows, T(c->district), T(service_city(c->svc)),
                      T(code));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_value_unknown, at, code, NULL);
    if (f->subjects.n && !texts_have(&f->subjects, rows_text(rows, 0, "kind")))
        return refuse(c, reason_value_unknown, at, code, NULL);
    return 0;
}

static int attached_fields(struct ctx *c, const struct application *a, struct form_look *look)
{
    struct rows *rows;
    const char **fields;
    int r = sql_query(c->tx, &sql_evidence_get, &rows, T(c->district), T(a->id));

    if (r)
        return r;
    look->n_files = rows_count(rows);
    fields = arena_new_array(c->arena, const char *, look->n_files + 1);
    for (size_t i = 0; i < look->n_files; i++)
        fields[i] = rows_text(rows, i, "field");
    look->files = fields;
    return 0;
}

int check_form(struct ctx *c, const struct programme_category *category,
               const struct application *a, Intake__FormField *const *form, size_t n, bool complete)
{
    const struct programme_form *of = programme_form(category, a->route);
    struct form_look look = {.complete = complete, .subject = check_subject};
    int r = complete ? attached_fields(c, a, &look) : 0;

    if (r)
        return r;
    return form_check(c, "form", of ? of->fields : NULL, of ? of->n_fields : 0, form, n, &look);
}

int need_files_field(struct ctx *c, const struct programme_category *category,
                     const struct application *a, const char *name,
                     const struct programme_field **ret_field)
{
    const struct programme_form *of = programme_form(category, a->route);
    const struct programme_field *f = of ? form_field(of->fields, of->n_fields, name) : NULL;

    if (!f || f->type != FIELD_FILES)
        return refuse(c, reason_value_unknown, "field", name, NULL);
    *ret_field = f;
    return 0;
}

/* ---- opinions ---- */

int check_opinion(struct ctx *c, const struct programme_category *category,
                  const struct application *a, const char *by, Intake__FormField *const *opinion,
                  size_t n, bool complete)
{
    const struct programme_form *of = programme_form(category, a->route);
    const struct programme_opinion *asked = of && by ? form_opinion(of, by) : NULL;
    struct form_look look = {.complete = complete, .subject = check_subject};

    if (!asked)
        return n ? refuse(c, reason_form_none, "opinion", NULL) : 0;
    return form_check(c, "opinion", asked->fields, asked->n_fields, opinion, n, &look);
}

void opinion_put(struct ctx *c, const struct application *a, const char *by,
                 Intake__FormField *const *opinion, size_t n)
{
    struct form_rows t = form_flat(c->arena, opinion, n);

    if (!t.n)
        return;
    sql_exec(c->tx, &sql_opinion_insert, T(c->district), T(a->id), T(c->id_text), T(by), AT(c->now),
             T(c->account), I(a->version));
    sql_exec(c->tx, &sql_opinion_field_insert, T(c->district), T(a->id), T(c->id_text),
             TA(t.names, t.n), TA(t.items, t.n), TA(t.cells, t.n), TA(t.values, t.n));
}

/* The rows from @from on that are of one opinion. */
static size_t end_of(const struct rows *rows, size_t from)
{
    const char *id = rows_text(rows, from, "opinion_id");

    while (from < rows_count(rows) && str_equal(rows_text(rows, from, "opinion_id"), id))
        from++;
    return from;
}

int opinions_read(struct ctx *c, const struct application *a, Intake__Opinion ***ret_opinions,
                  size_t *ret_n)
{
    struct rows *rows;
    Intake__Opinion **list;
    size_t n = 0;
    int r = sql_query(c->tx, &sql_opinion_get, &rows, T(c->district), T(a->id));

    if (r)
        return r;
    list = arena_new_array(c->arena, Intake__Opinion *, rows_count(rows) + 1);
    for (size_t from = 0; from < rows_count(rows);) {
        Intake__Opinion *o = list[n++] = arena_new_one(c->arena, Intake__Opinion);
        size_t to = end_of(rows, from);

        intake__opinion__init(o);
        o->by = (char *)rows_text(rows, from, "by_role");
        o->at = rows_at(rows, from, "at");
        o->account = (char *)rows_text(rows, from, "account");
        o->version = (int32_t)rows_i64(rows, from, "version");
        o->form = form_gather(c->arena, rows, from, to, &o->n_form);
        from = to;
    }
    *ret_opinions = list;
    *ret_n = n;
    return 0;
}
