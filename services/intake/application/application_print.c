/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_print.h"

#include "common/base/str.h"
#include "common/domain/form/form_print.h"
#include "intake_sql.h"
#include "services/intake/application/application_form.h"
#include "services/intake/application/application_query.h"
#include "services/intake/application/application_store.h"
#include "services/intake/programme/programme_load.h"

#include "common/base/banned.h"

struct printing {
    struct application a;
    const struct programme *p;
    const struct programme_category *category;
    const struct programme_form *of;
    Form__Document *doc;
};

static int load(struct ctx *c, const char *id, struct printing *t)
{
    int r = application_load(c, id, &t->a);

    if (r == 0)
        r = need_reader(c, &t->a);
    if (r == 0)
        r = programme_load(c, t->a.programme_id, &t->p);
    if (r)
        return r;
    t->category = programme_category(t->p, t->a.category);
    t->of = t->category ? programme_form(t->category, t->a.route) : NULL;
    return t->of ? 0 : refuse(c, reason_form_none, NULL, NULL);
}

static void head(const struct printing *t)
{
    const struct programme_route *route = programme_route(t->p, t->a.route);
    Form__Document *d = t->doc;

    d->form_id = (char *)t->of->id;
    d->title = (char *)t->of->title;
    d->programme = (char *)t->p->title;
    d->category = (char *)t->category->title;
    d->route = route ? (char *)route->title : NULL;
    d->subject_id = (char *)t->a.subject_id;
    d->subject = (char *)t->a.name;
    d->state = (char *)t->a.state;
    d->has_version = true;
    d->version = (int32_t)t->a.version;
    d->has_submitted_at = t->a.submitted_at != INSTANT_NONE;
    d->submitted_at = d->has_submitted_at ? t->a.submitted_at : 0;
    d->has_copies = t->of->copies > 0;
    d->copies = t->of->copies;
}

/* The title of what a file belongs to: a field of the form, else a line of the rubric. */
static const char *about(const struct printing *t, const char *field, const char *line)
{
    const struct programme_field *f = form_field(t->of->fields, t->of->n_fields, field);
    const struct programme_rubric *rubric = programme_rubric(t->p, t->a.subject_kind);
    const struct programme_line *leaf = rubric ? programme_leaf(rubric, line) : NULL;

    return f ? f->title : leaf ? leaf->title : NULL;
}

static int files(struct ctx *c, const struct printing *t, struct form_attached **ret_files)
{
    Form__Document *d = t->doc;
    struct form_attached *list;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_evidence_get, &rows, T(c->district), T(t->a.id));

    if (r)
        return r;
    d->n_evidence = rows_count(rows);
    d->evidence = arena_new_array(c->arena, Form__File *, d->n_evidence + 1);
    list = arena_new_array(c->arena, struct form_attached, d->n_evidence + 1);
    for (size_t i = 0; i < d->n_evidence; i++) {
        Form__File *f = d->evidence[i] = arena_new_one(c->arena, Form__File);

        form__file__init(f);
        f->file_sha256 = (char *)rows_text(rows, i, "file_sha256");
        f->file_name = (char *)rows_text(rows, i, "file_name");
        f->about = (char *)about(t, rows_text(rows, i, "field"), rows_text(rows, i, "rubric_line"));
        list[i] = (struct form_attached){rows_text(rows, i, "field"), f};
    }
    *ret_files = list;
    return 0;
}

/* What that body wrote last; NULL: nothing yet. */
static const Intake__Opinion *last_of(Intake__Opinion *const *opinions, size_t n, const char *by)
{
    for (size_t i = n; i > 0; i--)
        if (str_equal(opinions[i - 1]->by, by))
            return opinions[i - 1];
    return NULL;
}

static int statements(struct ctx *c, const struct printing *t)
{
    Intake__Opinion **opinions;
    size_t n;
    int r = opinions_read(c, &t->a, &opinions, &n);

    if (r)
        return r;
    t->doc->n_statements = t->of->n_opinions;
    t->doc->statements = arena_new_array(c->arena, Form__Statement *, t->of->n_opinions + 1);
    for (size_t i = 0; i < t->of->n_opinions; i++) {
        const struct programme_opinion *asked = &t->of->opinions[i];
        const Intake__Opinion *said = last_of(opinions, n, asked->by);
        Form__Statement *m = t->doc->statements[i] = arena_new_one(c->arena, Form__Statement);

        form__statement__init(m);
        m->by = (char *)asked->by;
        m->title = (char *)asked->title;
        m->n_lines = asked->n_fields;
        m->lines = form_lines(c->arena, asked->fields, asked->n_fields, said ? said->form : NULL,
                              said ? said->n_form : 0, NULL, 0);
        m->has_at = said != NULL;
        m->at = said ? said->at : 0;
    }
    return 0;
}

int print_application(struct ctx *c)
{
    const Intake__PrintApplication *q = c->request;
    Intake__PrintApplicationReply reply = INTAKE__PRINT_APPLICATION_REPLY__INIT;
    Form__Document doc = FORM__DOCUMENT__INIT;
    struct printing t = {.doc = &doc};
    struct form_attached *attached;
    Intake__FormField **form;
    size_t n;
    int r = load(c, q->application_id, &t);

    if (r == 0)
        r = application_form(c, &t.a, &form, &n);
    if (r == 0)
        r = files(c, &t, &attached);
    if (r)
        return r;
    head(&t);
    doc.sections = form_sections(c->arena, t.of->fields, t.of->n_fields, form, n, attached,
                                 doc.n_evidence, &doc.n_sections);
    r = statements(c, &t);
    if (r)
        return r;
    reply.document = &doc;
    reply_with(c, &reply.base);
    return 0;
}
