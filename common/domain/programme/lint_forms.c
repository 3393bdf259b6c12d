/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_forms - every field of a form says what its type needs and nothing that another type means; what it names stands before it;
 * a category has one form per route
 */
#include "common/domain/programme/lint.h"

#include <string.h>

#include "common/base/str.h"
#include "common/text/clean.h"
#include "common/base/banned.h"

enum { MAX_NAME = 64, MAX_TEXT = 20000, MAX_ROWS = 200 };

#define TYPE(t) (1u << FIELD_##t)
enum {
    T_COUNTED = TYPE(TEXT) | TYPE(LONGTEXT) | TYPE(TABLE) | TYPE(CHOICES),
    T_LIMITED = T_COUNTED | TYPE(NUMBER),
    T_CHOICE = TYPE(CHOICE) | TYPE(CHOICES),
    T_ORDERED = TYPE(NUMBER) | TYPE(DATE),
    T_MANY = TYPE(TABLE) | TYPE(FILES),
    T_EXAMPLE = ~(unsigned)T_MANY,
};

static bool is_of(const struct programme_field *f, unsigned types)
{
    return types & (1u << f->type);
}

static const char *type_text(const struct programme_field *f)
{
    return field_type_words[f->type - 1];
}

/* ---- what a type takes ---- */

static void only_of(struct reading *r, const struct programme_field *f, const void *member,
                    unsigned types)
{
    if (shape_has(r, member) && !is_of(f, types))
        shape_blame(r, member, "a field of type %s has none", type_text(f));
}

static void lint_members(struct reading *r, const struct programme_field *f)
{
    only_of(r, f, &f->min_milli, T_LIMITED);
    only_of(r, f, &f->max_milli, T_LIMITED);
    only_of(r, f, &f->decimals, TYPE(NUMBER));
    only_of(r, f, &f->unit, TYPE(NUMBER));
    only_of(r, f, &f->choices, T_CHOICE);
    only_of(r, f, &f->subjects, TYPE(SUBJECT));
    only_of(r, f, &f->columns, TYPE(TABLE));
    only_of(r, f, &f->evidence.types, TYPE(FILES));
    only_of(r, f, &f->evidence.min, TYPE(FILES));
    only_of(r, f, &f->evidence.max, TYPE(FILES));
    only_of(r, f, &f->example, T_EXAMPLE);
    if (is_of(f, T_CHOICE) && !f->choices.n)
        shape_blame(r, &f->name, "choices are missing: type %s offers some", type_text(f));
    if (is_of(f, TYPE(TABLE)) && !f->n_columns)
        shape_blame(r, &f->name, "columns are missing: type table has some");
}

/* ---- limits ---- */

static void lint_whole(struct reading *r, const struct programme_field *f, const int64_t *milli,
                       int64_t low, int64_t high)
{
    if (!shape_has(r, milli))
        return;
    if (*milli % 1000 || *milli < low * 1000 || *milli > high * 1000)
        shape_blame(r, milli, "of type %s must be a whole number between %lld and %lld",
                    type_text(f), (long long)low, (long long)high);
}

static void lint_limits(struct reading *r, const struct programme_field *f)
{
    int64_t most = is_of(f, TYPE(CHOICES)) ? (int64_t)f->choices.n
                   : is_of(f, TYPE(TABLE)) ? MAX_ROWS
                                           : MAX_TEXT;
    const void *max =
        shape_has(r, &f->max_milli) ? (const void *)&f->max_milli : (const void *)&f->evidence.max;

    if (is_of(f, T_COUNTED) && most) {
        lint_whole(r, f, &f->min_milli, 0, most);
        lint_whole(r, f, &f->max_milli, 1, most);
    }
    if (f->has_min && f->has_max && f->max_milli < f->min_milli && shape_has(r, max))
        shape_blame(r, max, "is less than min");
}

/* ---- values that the file itself gives ---- */

static bool is_value(struct reading *r, const struct programme_field *f, const char *text)
{
    const char *canonical;

    return form_value(r->arena, f, text, &canonical) == 0;
}

static void lint_example(struct reading *r, const struct programme_field *f)
{
    bool judged = !(f->has_min && f->has_max && f->max_milli < f->min_milli) &&
                  !(is_of(f, T_CHOICE) && !f->choices.n);

    if (shape_has(r, &f->example) && is_of(f, T_EXAMPLE) && judged && !is_value(r, f, f->example))
        shape_blame(r, &f->example, "%.60s is not a value of this field", f->example);
}

/* Two choices that people read as the same cannot be told apart. */
static void lint_choices(struct reading *r, const struct programme_field *f)
{
    for (size_t i = 1; i < f->choices.n; i++)
        for (size_t k = 0; k < i; k++)
            if (shape_has(r, &f->choices.items[i]) && shape_has(r, &f->choices.items[k]) &&
                strcmp(text_key(r->arena, f->choices.items[i]),
                       text_key(r->arena, f->choices.items[k])) == 0) {
                shape_blame(r, &f->choices.items[i], "%.60s is here a second time",
                            f->choices.items[i]);
                break;
            }
}

static void lint_subjects(struct reading *r, const struct programme_field *f)
{
    if (f->subjects.n)
        lint_unique(r, f->subjects.items, sizeof(*f->subjects.items), f->subjects.n);
}

/* ---- required_if ---- */

static void lint_asked_values(struct reading *r, const struct programme_field *f,
                              const struct programme_field *of)
{
    const struct texts *values = &f->required_if.values;

    if (f->required_if.op != OP_IN && values->n > 1) {
        shape_blame(r, values, "\"%s\" takes one value, not %zu", f->required_if.op_text,
                    values->n);
        return;
    }
    if (is_of(of, T_CHOICE) && !of->choices.n) /* has its own finding */
        return;
    for (size_t i = 0; i < values->n; i++)
        if (shape_has(r, &values->items[i]) && !is_value(r, of, values->items[i]))
            shape_blame(r, &values->items[i], "%.60s is not a value of %s", values->items[i],
                        of->name);
}

/* @before: the fields above it in the same list. */
static void lint_required_if(struct reading *r, const struct programme_field *f,
                             const struct programme_field *before, size_t n, size_t n_all)
{
    const char *const *named = &f->required_if.field;
    const struct programme_field *of;

    if (!shape_has(r, named))
        return;
    if (f->required)
        shape_blame(r, &f->required, "is always so, and required_if says when: one of them");
    of = form_field(before, n, *named);
    if (!of) {
        shape_blame(r, named,
                    form_field(before, n_all, *named) ? "%.60s stands no earlier than this field"
                                                      : "there is no field %.60s here",
                    *named);
        return;
    }
    if (!of->type) /* has its own finding */
        return;
    if (is_of(of, T_MANY)) {
        shape_blame(r, named, "%.60s is of type %s, which has no value to ask for", *named,
                    type_text(of));
        return;
    }
    if (shape_has(r, &f->required_if.op) && f->required_if.op >= OP_LT &&
        f->required_if.op <= OP_GE && !is_of(of, T_ORDERED))
        shape_blame(r, &f->required_if.op, "a field of type %s cannot be compared with \"%s\"",
                    type_text(of), f->required_if.op_text);
    else if (shape_has(r, &f->required_if.op) && shape_has(r, &f->required_if.values))
        lint_asked_values(r, f, of);
}

/* ---- fields ---- */

/* The name stands in JSON, in SQL's rows and as a column's heading of exports. */
static void lint_name(struct reading *r, const struct programme_field *f)
{
    if (shape_has(r, &f->name) &&
        (strspn(f->name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(f->name) ||
         strlen(f->name) > MAX_NAME))
        shape_blame(r, &f->name, "only a-z, 0-9 and _, at most %d characters", MAX_NAME);
}

static void lint_fields(struct reading *r, const struct programme_field *fields, size_t n,
                        unsigned never, const char *where)
{
    if (n)
        lint_unique(r, &fields[0].name, sizeof(fields[0]), n);
    for (size_t i = 0; i < n; i++) {
        const struct programme_field *f = &fields[i];

        lint_name(r, f);
        if (!f->type || !shape_has(r, &f->name))
            continue;
        if (is_of(f, never)) {
            shape_blame(r, &f->type, "%s holds no field of type %s", where, type_text(f));
            continue;
        }
        lint_members(r, f);
        lint_limits(r, f);
        lint_choices(r, f);
        lint_subjects(r, f);
        lint_example(r, f);
        lint_required_if(r, f, fields, i, n);
        if (is_of(f, TYPE(TABLE)))
            lint_fields(r, f->columns, f->n_columns, T_MANY | TYPE(CHOICES), "a table's row");
    }
}

/* ---- forms ---- */

static void lint_opinions(struct reading *r, const struct programme_form *form)
{
    if (form->n_opinions)
        lint_unique(r, &form->opinions[0].by, sizeof(form->opinions[0]), form->n_opinions);
    for (size_t i = 0; i < form->n_opinions; i++)
        lint_fields(r, form->opinions[i].fields, form->opinions[i].n_fields, TYPE(FILES),
                    "an opinion");
}

static void lint_form(struct reading *r, const struct programme_form *form)
{
    if (form->routes.n)
        lint_unique(r, form->routes.items, sizeof(*form->routes.items), form->routes.n);
    lint_fields(r, form->fields, form->n_fields, 0, "a form");
    lint_opinions(r, form);
}

/* Who writes an opinion must have a turn on every route that the form is for. */
static void lint_opinion_turn(struct reading *r, const struct programme *p,
                              const struct programme_form *form, const char *route_id)
{
    const struct programme_route *route = programme_route(p, route_id);

    for (size_t i = 0; route && i < form->n_opinions; i++) {
        const char *const *by = &form->opinions[i].by;

        if (shape_has(r, by) && !texts_have(&route->chain, *by))
            shape_blame(r, by, "%.60s has no turn on route %s", *by, route->id);
    }
}

static void lint_route(struct reading *r, const struct programme *p,
                       const struct programme_category *c, const char *const *route)
{
    const struct programme_form *first = NULL;

    for (size_t i = 0; i < c->n_forms; i++) {
        const struct programme_form *form = &c->forms[i];

        if (form->routes.n && !texts_have(&form->routes, *route))
            continue;
        if (!first)
            lint_opinion_turn(r, p, form, *route);
        else if (shape_has(r, &form->id))
            shape_blame(r, &form->id, "route %s has its form already: %s", *route, first->id);
        first = first ? first : form;
    }
    if (!first)
        shape_blame(r, route, "route %.60s has no form in forms", *route);
}

/* Whether the category's routes are all there, so that a form's route that is not among them is one too many. */
static bool routes_known(const struct reading *r, const struct programme *p,
                         const struct programme_category *c)
{
    for (size_t i = 0; i < c->routes.n; i++)
        if (!shape_has(r, &c->routes.items[i]) || !programme_route(p, c->routes.items[i]))
            return false;
    return c->routes.n > 0;
}

static void lint_form_routes(struct reading *r, const struct programme *p,
                             const struct programme_category *c)
{
    if (!routes_known(r, p, c))
        return;
    for (size_t i = 0; i < c->n_forms; i++) {
        const struct texts *routes = &c->forms[i].routes;

        for (size_t k = 0; k < routes->n; k++)
            if (shape_has(r, &routes->items[k]) && !texts_have(&c->routes, routes->items[k]))
                shape_blame(r, &routes->items[k], "the category has no route %.60s",
                            routes->items[k]);
    }
    for (size_t i = 0; i < c->routes.n; i++)
        lint_route(r, p, c, &c->routes.items[i]);
}

static void lint_category_forms(struct reading *r, const struct programme *p,
                                const struct programme_category *c)
{
    lint_fields(r, c->fields, c->n_fields, 0, "a form");
    if (!shape_has(r, &c->forms))
        return;
    if (shape_has(r, &c->fields))
        shape_blame(r, &c->fields, "a category has form or forms, not both");
    for (size_t i = 0; i < c->n_forms; i++)
        lint_form(r, &c->forms[i]);
    lint_form_routes(r, p, c);
}

/* A case's opinions are of the bodies whose hands it goes through. */
static void lint_case_form(struct reading *r, const struct programme_reevaluation *e)
{
    lint_form(r, &e->form);
    if (e->instances.n && !shape_has(r, &e->instances))
        return;
    for (size_t i = 0; i < e->form.n_opinions; i++) {
        const char *const *by = &e->form.opinions[i].by;

        if (shape_has(r, by) && !texts_have(&e->instances, *by))
            shape_blame(r, by, "%.60s is none of the instances", *by);
    }
}

/* Forms are told apart by their ids in the whole programme. */
static void lint_form_ids(struct reading *r, const struct programme *p)
{
    size_t n = p->n_reevaluations, k = 0;
    const char **ids;

    for (size_t i = 0; i < p->n_categories; i++)
        n += p->categories[i].n_forms;
    ids = arena_new_array(r->arena, const char *, n + 1);
    for (size_t i = 0; i < p->n_categories + p->n_reevaluations; i++) {
        bool of_case = i >= p->n_categories;
        const struct programme_form *forms =
            of_case ? &p->reevaluations[i - p->n_categories].form : p->categories[i].forms;
        size_t n_forms = of_case ? 1 : p->categories[i].n_forms;

        for (size_t j = 0; j < n_forms; j++) {
            if (!shape_has(r, &forms[j].id))
                continue;
            for (size_t seen = 0; seen < k; seen++)
                if (strcmp(ids[seen], forms[j].id) == 0) {
                    shape_blame(r, &forms[j].id, "%.60s is here a second time", forms[j].id);
                    break;
                }
            ids[k++] = forms[j].id;
        }
    }
}

void lint_forms(struct reading *r, const struct programme *p)
{
    for (size_t i = 0; i < p->n_categories; i++)
        lint_category_forms(r, p, &p->categories[i]);
    for (size_t i = 0; i < p->n_reevaluations; i++)
        lint_case_form(r, &p->reevaluations[i]);
    lint_form_ids(r, p);
}
