/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_store.h"

#include <string.h>

#include "common/domain/form/form_rows.h"
#include "intake_sql.h"

#include "common/base/banned.h"

void application_of_row(const struct rows *rows, size_t i, struct application *ret_a)
{
    *ret_a = (struct application){
        .id = rows_text(rows, i, "application_id"),
        .programme_id = rows_text(rows, i, "programme_id"),
        .category = rows_text(rows, i, "category"),
        .subject_id = rows_text(rows, i, "subject_id"),
        .subject_kind = rows_text(rows, i, "subject_kind"),
        .name = rows_text(rows, i, "name"),
        .route = rows_text(rows, i, "route"),
        .state = rows_text(rows, i, "state"),
        .version = rows_i64(rows, i, "version"),
        .rev = rows_i64(rows, i, "rev"),
        .step = rows_text(rows, i, "step"),
        .subdistrict = rows_text(rows, i, "subdistrict"),
        .enterprise_id = rows_text(rows, i, "enterprise_id"),
        .enterprise_name = rows_text(rows, i, "enterprise_name"),
        .manager_id = rows_text(rows, i, "manager_id"),
        .drafter_role = rows_text(rows, i, "drafter_role"),
        .drafter_region = rows_text(rows, i, "drafter_region"),
        .drafter_subject = rows_text(rows, i, "drafter_subject"),
        .submitted_at = rows_at(rows, i, "submitted_at"),
        .reason = rows_text(rows, i, "reason"),
        .paper_by = rows_text(rows, i, "paper_by"),
        .paper_receipt = rows_text(rows, i, "paper_receipt"),
        .paper_day = rows_day(rows, i, "paper_day"),
        .paper_copies = (int)rows_i64(rows, i, "paper_copies"),
    };
}

int application_load(struct ctx *c, const char *id, struct application *ret_a)
{
    return application_load_at(c, id, "application_id", ret_a);
}

int application_load_at(struct ctx *c, const char *id, const char *field, struct application *ret_a)
{
    struct rows *rows;
    struct uuid uuid;
    int r;

    if (!id || uuid_parse(id, &uuid) != 0)
        return refuse(c, reason_not_found, field, "application", NULL);
    r = sql_query(c->tx, &sql_application_get, &rows, T(c->district), T(id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, field, "application", NULL);
    application_of_row(rows, 0, ret_a);
    return 0;
}

void application_insert(struct ctx *c, const struct application *a)
{
    char day[DAY_TEXT];

    sql_exec(c->tx, &sql_application_insert, T(c->district), T(a->id), T(a->programme_id),
             T(a->category), T(a->subject_id), T(a->subject_kind), T(a->name), T(a->route),
             T(a->state), I(a->version), T(a->subdistrict), T(a->enterprise_id),
             T(a->enterprise_name), T(a->manager_id), T(a->drafter_role), T(a->drafter_region),
             T(a->drafter_subject), T(a->paper_by ? day_format(a->paper_day, day) : NULL),
             a->paper_by ? I(a->paper_copies) : T(NULL), T(a->paper_receipt), T(a->paper_by));
}

int application_save(struct ctx *c, const struct application *a, const char *from)
{
    int64_t changed = 0;
    int r = sql_change(c->tx, &sql_application_save, &changed, T(c->district), T(a->id), T(from),
                       I(a->rev), T(a->state), I(a->version), T(a->step), T(a->name),
                       T(a->enterprise_id), T(a->enterprise_name), T(a->manager_id),
                       AT(a->submitted_at), T(a->reason));

    revision_touch(c, "application", a->id);
    return r ? r : changed ? 0 : MSG_LATER;
}

void application_note(struct ctx *c, const struct application *a, const char *from,
                      const char *reason, const char *document)
{
    sql_exec(c->tx, &sql_application_step_insert, T(c->district), T(a->id), AT(c->now),
             T(c->account), T(from), T(a->state), I(a->version), T(reason), T(document));
}

void application_form_put(struct ctx *c, const struct application *a,
                          Intake__FormField *const *form, size_t n)
{
    struct form_rows t = form_flat(c->arena, form, n);

    sql_exec(c->tx, &sql_application_form_insert, T(c->district), T(a->id), I(a->version),
             TA(t.names, t.n), TA(t.items, t.n), TA(t.cells, t.n), TA(t.values, t.n));
}

int application_form(struct ctx *c, const struct application *a, Intake__FormField ***ret_form,
                     size_t *ret_n)
{
    struct rows *rows;
    int r =
        sql_query(c->tx, &sql_application_form_get, &rows, T(c->district), T(a->id), I(a->version));

    if (r == 0)
        *ret_form = form_gather(c->arena, rows, 0, rows_count(rows), ret_n);
    return r;
}

int application_forms(struct ctx *c, Intake__Application *const *list, size_t n)
{
    const char **ids = arena_new_array(c->arena, const char *, n + 1);
    struct rows *rows;
    size_t from = 0, to = 0;
    int r;

    for (size_t i = 0; i < n; i++)
        ids[i] = list[i]->application_id;
    r = sql_query(c->tx, &sql_application_forms, &rows, T(c->district), TA(ids, n));
    if (r)
        return r;
    for (size_t i = 0; i < n; i++, from = to) {
        while (to < rows_count(rows) && str_equal(rows_text(rows, to, "application_id"), ids[i]))
            to++;
        list[i]->form = form_gather(c->arena, rows, from, to, &list[i]->n_form);
    }
    return 0;
}

static Intake__PaperReceipt *paper_message(struct ctx *c, const struct application *a)
{
    Intake__PaperReceipt *m = arena_new_one(c->arena, Intake__PaperReceipt);

    intake__paper_receipt__init(m);
    m->for_role = (char *)a->drafter_role;
    m->received_day = (char *)day_format(a->paper_day, arena_alloc(c->arena, DAY_TEXT));
    m->copies = a->paper_copies;
    m->sealed = true;
    m->receipt = (char *)a->paper_receipt;
    m->entered_by = (char *)a->paper_by;
    return m;
}

Intake__Application *application_message(struct ctx *c, const struct application *a)
{
    Intake__Application *m = arena_new_one(c->arena, Intake__Application);

    intake__application__init(m);
    m->application_id = (char *)a->id;
    m->programme_id = (char *)a->programme_id;
    m->category = (char *)a->category;
    m->subject_id = (char *)a->subject_id;
    m->subject_kind = (char *)a->subject_kind;
    m->name = (char *)a->name;
    m->route = (char *)a->route;
    m->state = (char *)a->state;
    m->version = (int32_t)a->version;
    m->subdistrict = (char *)a->subdistrict;
    m->enterprise_id = (char *)a->enterprise_id;
    m->enterprise_name = (char *)a->enterprise_name;
    m->manager_id = (char *)a->manager_id;
    m->step = (char *)a->step;
    m->has_submitted_at = a->submitted_at != INSTANT_NONE;
    m->submitted_at = m->has_submitted_at ? a->submitted_at : 0;
    m->reason = (char *)a->reason;
    m->drafter_role = (char *)a->drafter_role;
    m->drafter_region = (char *)a->drafter_region;
    m->drafter_subject = (char *)a->drafter_subject;
    if (a->paper_by)
        m->paper = paper_message(c, a);
    return m;
}

int application_message_whole(struct ctx *c, const struct application *a,
                              Intake__Application **ret_m)
{
    Intake__Application *m = application_message(c, a);
    int r = application_form(c, a, &m->form, &m->n_form);

    if (r == 0)
        *ret_m = m;
    return r;
}

void application_take_subject(struct application *a, const struct subject *s)
{
    a->name = s->name;
    a->enterprise_id = s->enterprise_id;
    a->enterprise_name = s->enterprise_name;
    a->manager_id = s->manager_id;
}
