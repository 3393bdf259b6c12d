/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/case_form.h"

#include "common/base/digest.h"
#include "common/base/str.h"
#include "common/domain/form/form_check.h"
#include "common/domain/form/form_print.h"
#include "common/domain/form/form_rows.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/reevaluation/case_fsm.h"
#include "services/scoring/reevaluation/case_store.h"

#include "common/base/banned.h"

/* The holder's enterprise or the owners' committee for its case, a subdistrict for a site of its
 * own. */
static bool speaks_for_case(const struct ctx *c, const struct held_case *h)
{
    return speaks_for_subject(c, h->subject_id) || speaks_for_subject(c, h->enterprise_id) ||
           (h->site && speaks_for_subdistrict(c, h->subdistrict));
}

/* What the programme asks the case's holder for; NULL: it has no form. */
static int form_of_case(struct ctx *c, const struct held_case *h, const struct programme **ret_p,
                        const struct programme_form **ret_form)
{
    const struct programme_reevaluation *e;
    struct published pub;
    int r = published_get(c, h->programme_id, &pub);

    if (r)
        return r;
    e = programme_reevaluation(pub.p, h->category);
    *ret_p = pub.p;
    *ret_form = e && e->form.id ? &e->form : NULL;
    return 0;
}

/* The files handed in before, by the field they belong to. */
static int files_before(struct ctx *c, const struct held_case *h, struct rows **ret_rows)
{
    return sql_query(c->tx, &sql_material_files, ret_rows, T(c->district), T(h->case_id));
}

/* ---- handing in ---- */

static int check_file(struct ctx *c, const Scoring__SubmitMaterial *q,
                      const struct programme_form *of)
{
    const struct programme_field *f;
    uint8_t digest[DIGEST_SIZE];
    int r = need_text(c, "file_name", q->file_name, 1, 200);

    if (r)
        return r;
    if (!q->file_sha256 || hex_parse(q->file_sha256, digest, sizeof(digest)))
        return refuse(c, reason_material_digest, "file_sha256", NULL);
    if (!q->field || !*q->field)
        return 0;
    f = of ? form_field(of->fields, of->n_fields, q->field) : NULL;
    return f && f->type == FIELD_FILES ? 0
                                       : refuse(c, reason_value_unknown, "field", q->field, NULL);
}

static int check_case_form(struct ctx *c, const Scoring__SubmitMaterial *q,
                           const struct held_case *h, const struct programme_form *of)
{
    struct form_look look = {.complete = true};
    const char **files;
    struct rows *rows;
    int r;

    if (!of)
        return refuse(c, reason_form_none, "form", NULL);
    r = files_before(c, h, &rows);
    if (r)
        return r;
    files = arena_new_array(c->arena, const char *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++)
        files[look.n_files++] = rows_text(rows, i, "field");
    if (q->field && *q->field)
        files[look.n_files++] = q->field;
    look.files = files;
    return form_check(c, "form", of->fields, of->n_fields, q->form, q->n_form, &look);
}

static void keep_material(struct ctx *c, const Scoring__SubmitMaterial *q,
                          const struct held_case *h)
{
    struct form_rows t = form_flat(c->arena, q->form, q->n_form);
    bool file = q->file_sha256 && *q->file_sha256;

    sql_exec(c->tx, &sql_material_add, T(c->district), T(h->case_id), T(c->id_text),
             T(file ? q->file_sha256 : NULL), T(file ? q->file_name : NULL), T(c->account),
             AT(c->now), T(file && q->field && *q->field ? q->field : NULL));
    if (t.n)
        sql_exec(c->tx, &sql_case_form_put, T(c->district), T(h->case_id), T(c->id_text),
                 TA(t.names, t.n), TA(t.items, t.n), TA(t.cells, t.n), TA(t.values, t.n));
}

int submit_material(struct ctx *c)
{
    const Scoring__SubmitMaterial *q = c->request;
    const struct programme_form *of = NULL;
    const struct programme *p;
    bool file = q->file_sha256 || q->file_name || !q->n_form;
    struct held_case h;
    int r = case_need(c, q->case_id, &h);

    if (r)
        return r;
    if (!speaks_for_case(c, &h))
        return refuse(c, reason_case_not_yours, "case_id", NULL);
    if (!fsm_edge_for(&case_fsm, h.state, "judge"))
        return refuse(c, reason_state_forbids, "case_id", h.state, "submit material", NULL);
    if (q->n_form || (q->field && *q->field))
        r = form_of_case(c, &h, &p, &of);
    if (r == 0 && file)
        r = check_file(c, q, of);
    if (r == 0 && q->n_form)
        r = check_case_form(c, q, &h, of);
    if (r == 0)
        keep_material(c, q, &h);
    return r;
}

/* ---- printing ---- */

static void head(const struct held_case *h, const struct programme *p,
                 const struct programme_form *of, Form__Document *doc)
{
    const struct programme_category *category = programme_category(p, h->category);

    doc->form_id = (char *)of->id;
    doc->title = (char *)of->title;
    doc->programme = (char *)p->title;
    doc->category = (char *)(category ? category->title : h->category);
    doc->subject_id = (char *)h->subject_id;
    doc->subject = (char *)h->name;
    doc->state = (char *)h->state;
    doc->has_copies = of->copies > 0;
    doc->copies = of->copies;
}

/* The boxes beneath, to be filled in by hand. */
static void statements(struct arena *a, const struct programme_form *of, Form__Document *doc)
{
    doc->n_statements = of->n_opinions;
    doc->statements = arena_new_array(a, Form__Statement *, of->n_opinions + 1);
    for (size_t i = 0; i < of->n_opinions; i++) {
        const struct programme_opinion *asked = &of->opinions[i];
        Form__Statement *m = doc->statements[i] = arena_new_one(a, Form__Statement);

        form__statement__init(m);
        m->by = (char *)asked->by;
        m->title = (char *)asked->title;
        m->n_lines = asked->n_fields;
        m->lines = form_lines(a, asked->fields, asked->n_fields, NULL, 0, NULL, 0);
    }
}

static int body(struct ctx *c, const struct held_case *h, const struct programme_form *of,
                Form__Document *doc)
{
    struct form_attached *attached;
    Intake__FormField **form;
    struct rows *rows;
    size_t n;
    int r = files_before(c, h, &rows);

    if (r)
        return r;
    doc->n_evidence = rows_count(rows);
    doc->evidence = arena_new_array(c->arena, Form__File *, doc->n_evidence + 1);
    attached = arena_new_array(c->arena, struct form_attached, doc->n_evidence + 1);
    for (size_t i = 0; i < doc->n_evidence; i++) {
        const char *field = rows_text(rows, i, "field");
        const struct programme_field *f = form_field(of->fields, of->n_fields, field);
        Form__File *m = doc->evidence[i] = arena_new_one(c->arena, Form__File);

        form__file__init(m);
        m->file_sha256 = (char *)rows_text(rows, i, "file_sha256");
        m->file_name = (char *)rows_text(rows, i, "file_name");
        m->about = f ? (char *)f->title : NULL;
        attached[i] = (struct form_attached){field, m};
    }
    r = sql_query(c->tx, &sql_case_form_get, &rows, T(c->district), T(h->case_id));
    if (r)
        return r;
    form = form_gather(c->arena, rows, 0, rows_count(rows), &n);
    doc->sections = form_sections(c->arena, of->fields, of->n_fields, form, n, attached,
                                  doc->n_evidence, &doc->n_sections);
    statements(c->arena, of, doc);
    return 0;
}

static int load_for_reader(struct ctx *c, const char *case_id, struct held_case *ret_case)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_case_get, &rows, T(c->district), T(case_id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "case_id", "case", NULL);
    *ret_case = case_row(rows, 0);
    if (actor_may_as(c, ROLE_OFFICERS | ROLE_AUDITOR) || speaks_for_case(c, ret_case) ||
        speaks_for_subdistrict(c, ret_case->subdistrict))
        return 0;
    return refuse(c, reason_case_not_yours, "case_id", NULL);
}

int print_case(struct ctx *c)
{
    const Scoring__PrintCase *q = c->request;
    Scoring__PrintCaseReply reply = SCORING__PRINT_CASE_REPLY__INIT;
    Form__Document doc = FORM__DOCUMENT__INIT;
    Scoring__ReEvaluationCase **cases;
    const struct programme_form *of;
    const struct programme *p;
    struct held_case h;
    int r = load_for_reader(c, q->case_id, &h);

    if (r == 0)
        r = form_of_case(c, &h, &p, &of);
    if (r)
        return r;
    if (!of)
        return refuse(c, reason_form_none, NULL, NULL);
    head(&h, p, of, &doc);
    r = body(c, &h, of, &doc);
    if (r == 0)
        r = case_messages(c, &h, 1, &cases);
    if (r)
        return r;
    reply.document = &doc;
    reply.case_ = cases[0];
    reply_with(c, &reply.base);
    return 0;
}
