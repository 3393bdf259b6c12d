/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/form/form_print.h"

#include "common/base/str.h"
#include "common/domain/form/form_check.h"

#include "common/base/banned.h"

static char *choices_text(struct arena *a, const Intake__FormField *v)
{
    char *text = v->n_values ? v->values[0] : NULL;

    for (size_t i = 1; i < v->n_values; i++)
        text = arena_printf(a, "%s、%s", text, v->values[i]);
    return text;
}

static const char *cell_of(struct arena *a, const struct programme_field *column,
                           const Intake__FormRow *row)
{
    for (size_t i = 0; i < row->n_cells; i++)
        if (str_equal(row->cells[i]->name, column->name))
            return form_shown(a, column, row->cells[i]->value);
    return "";
}

static void table_rows(struct arena *a, const struct programme_field *f, const Intake__FormField *v,
                       Form__Line *m)
{
    m->n_columns = f->n_columns;
    m->columns = arena_new_array(a, char *, f->n_columns + 1);
    for (size_t i = 0; i < f->n_columns; i++)
        m->columns[i] = (char *)f->columns[i].title;
    m->n_rows = v ? v->n_rows : 0;
    m->rows = arena_new_array(a, Form__Row *, m->n_rows + 1);
    for (size_t i = 0; i < m->n_rows; i++) {
        Form__Row *row = m->rows[i] = arena_new_one(a, Form__Row);

        form__row__init(row);
        row->n_cells = f->n_columns;
        row->cells = arena_new_array(a, char *, f->n_columns + 1);
        for (size_t k = 0; k < f->n_columns; k++)
            row->cells[k] = (char *)cell_of(a, &f->columns[k], v->rows[i]);
    }
}

static void files_of(struct arena *a, const struct programme_field *f,
                     const struct form_attached *files, size_t n_files, Form__Line *m)
{
    m->files = arena_new_array(a, Form__File *, n_files + 1);
    for (size_t i = 0; i < n_files; i++)
        if (str_equal(files[i].field, f->name))
            m->files[m->n_files++] = files[i].file;
}

static Form__Line *line(struct arena *a, const struct programme_field *f,
                        const Intake__FormField *v, const struct form_attached *files,
                        size_t n_files)
{
    Form__Line *m = arena_new_one(a, Form__Line);

    form__line__init(m);
    m->name = (char *)f->name;
    m->title = (char *)f->title;
    if (f->type == FIELD_TABLE)
        table_rows(a, f, v, m);
    else if (f->type == FIELD_FILES)
        files_of(a, f, files, n_files, m);
    else if (v && f->type == FIELD_CHOICES)
        m->text = choices_text(a, v);
    else if (v && v->value && *v->value)
        m->text = (char *)form_shown(a, f, v->value);
    return m;
}

Form__Line **form_lines(struct arena *a, const struct programme_field *fields, size_t n_fields,
                        Intake__FormField *const *form, size_t n, const struct form_attached *files,
                        size_t n_files)
{
    Form__Line **lines = arena_new_array(a, Form__Line *, n_fields + 1);

    for (size_t i = 0; i < n_fields; i++)
        lines[i] = line(a, &fields[i], form_find(form, n, fields[i].name), files, n_files);
    return lines;
}

Form__Section **form_sections(struct arena *a, const struct programme_field *fields,
                              size_t n_fields, Intake__FormField *const *form, size_t n,
                              const struct form_attached *files, size_t n_files, size_t *ret_n)
{
    Form__Line **lines = form_lines(a, fields, n_fields, form, n, files, n_files);
    Form__Section **sections = arena_new_array(a, Form__Section *, n_fields + 1);
    size_t n_sections = 0;

    for (size_t i = 0; i < n_fields; i++) {
        if (i == 0 || !str_equal(fields[i].section, fields[i - 1].section)) {
            Form__Section *s = sections[n_sections++] = arena_new_one(a, Form__Section);

            form__section__init(s);
            s->title = (char *)fields[i].section;
            s->lines = lines + i;
        }
        sections[n_sections - 1]->n_lines++;
    }
    *ret_n = n_sections;
    return sections;
}
