/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/form/form_message.h"

#include "common/base/points.h"

#include "common/base/banned.h"

static char *limit(struct arena *a, bool has, int64_t milli)
{
    char text[POINTS_TEXT];

    return has ? arena_strdup(a, points_format(milli, text)) : NULL;
}

static Form__Column *column(struct arena *a, const struct programme_field *f)
{
    Form__Column *m = arena_new_one(a, Form__Column);

    form__column__init(m);
    m->name = (char *)f->name;
    m->title = (char *)f->title;
    m->type = (char *)field_type_words[f->type - 1];
    m->has_required = m->required = f->required;
    m->help = (char *)f->help;
    m->example = (char *)f->example;
    m->unit = (char *)f->unit;
    m->min = limit(a, f->has_min, f->min_milli);
    m->max = limit(a, f->has_max, f->max_milli);
    m->has_decimals = f->type == FIELD_NUMBER;
    m->decimals = f->decimals;
    m->choices = (char **)f->choices.items;
    m->n_choices = f->choices.n;
    return m;
}

static Form__RequiredIf *required_if(struct arena *a, const struct programme_field *f)
{
    Form__RequiredIf *m = arena_new_one(a, Form__RequiredIf);

    form__required_if__init(m);
    m->field = (char *)f->required_if.field;
    m->op = (char *)f->required_if.op_text;
    m->value = (char **)f->required_if.values.items;
    m->n_value = f->required_if.values.n;
    return m;
}

static Form__Files *files(struct arena *a, const struct programme_field *f)
{
    Form__Files *m = arena_new_one(a, Form__Files);

    form__files__init(m);
    m->types = (char **)f->evidence.types.items;
    m->n_types = f->evidence.types.n;
    m->has_min = f->has_min;
    m->min = (int32_t)(f->min_milli / 1000);
    m->has_max = f->has_max;
    m->max = (int32_t)(f->max_milli / 1000);
    return m;
}

static Form__Field *field(struct arena *a, const struct programme_field *f)
{
    Form__Field *m = arena_new_one(a, Form__Field);
    bool is_files = f->type == FIELD_FILES;

    form__field__init(m);
    m->name = (char *)f->name;
    m->title = (char *)f->title;
    m->type = (char *)field_type_words[f->type - 1];
    m->section = (char *)f->section;
    m->has_required = m->required = f->required;
    m->required_if = f->required_if.field ? required_if(a, f) : NULL;
    m->help = (char *)f->help;
    m->example = (char *)f->example;
    m->unit = (char *)f->unit;
    m->min = limit(a, f->has_min && !is_files, f->min_milli);
    m->max = limit(a, f->has_max && !is_files, f->max_milli);
    m->has_decimals = f->type == FIELD_NUMBER;
    m->decimals = f->decimals;
    m->choices = (char **)f->choices.items;
    m->n_choices = f->choices.n;
    m->subjects = (char **)f->subjects.items;
    m->n_subjects = f->subjects.n;
    m->n_columns = f->n_columns;
    m->columns = arena_new_array(a, Form__Column *, f->n_columns + 1);
    for (size_t i = 0; i < f->n_columns; i++)
        m->columns[i] = column(a, &f->columns[i]);
    m->evidence = is_files ? files(a, f) : NULL;
    return m;
}

static Form__Field **fields_of(struct arena *a, const struct programme_field *fields, size_t n)
{
    Form__Field **list = arena_new_array(a, Form__Field *, n + 1);

    for (size_t i = 0; i < n; i++)
        list[i] = field(a, &fields[i]);
    return list;
}

static Form__Opinion *opinion(struct arena *a, const struct programme_opinion *o)
{
    Form__Opinion *m = arena_new_one(a, Form__Opinion);

    form__opinion__init(m);
    m->by = (char *)o->by;
    m->title = (char *)o->title;
    m->fields = fields_of(a, o->fields, o->n_fields);
    m->n_fields = o->n_fields;
    return m;
}

static Form__Form *form(struct arena *a, const struct programme_form *f, const char *category,
                        const char *of, const struct texts *routes)
{
    Form__Form *m = arena_new_one(a, Form__Form);

    form__form__init(m);
    m->form_id = (char *)f->id;
    m->title = (char *)f->title;
    m->category = (char *)category;
    m->of = (char *)of;
    m->routes = (char **)routes->items;
    m->n_routes = routes->n;
    m->source = (char *)f->source;
    m->help = (char *)f->help;
    m->has_copies = f->copies > 0;
    m->copies = f->copies;
    m->fields = fields_of(a, f->fields, f->n_fields);
    m->n_fields = f->n_fields;
    m->n_opinions = f->n_opinions;
    m->opinions = arena_new_array(a, Form__Opinion *, f->n_opinions + 1);
    for (size_t i = 0; i < f->n_opinions; i++)
        m->opinions[i] = opinion(a, &f->opinions[i]);
    return m;
}

Form__Form **form_messages(struct arena *a, const struct programme *p, size_t *ret_n)
{
    static const struct texts none;
    size_t most = p->n_reevaluations + 1, n = 0;
    Form__Form **list;

    for (size_t i = 0; i < p->n_categories; i++)
        most += p->categories[i].n_forms;
    list = arena_new_array(a, Form__Form *, most);
    for (size_t i = 0; i < p->n_categories; i++) {
        const struct programme_category *c = &p->categories[i];

        for (size_t k = 0; k < c->n_forms; k++)
            list[n++] = form(a, &c->forms[k], c->id, "application",
                             c->forms[k].routes.n ? &c->forms[k].routes : &c->routes);
    }
    for (size_t i = 0; i < p->n_reevaluations; i++)
        if (p->reevaluations[i].form.id)
            list[n++] = form(a, &p->reevaluations[i].form, p->reevaluations[i].category,
                             "re_evaluation", &none);
    *ret_n = n;
    return list;
}
