/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of a programme: which one is filled in where, what its values are, when a field is asked for. */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "common/domain/programme/programme.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

TestSuite(form, .init = setup, .fini = teardown);

static const struct programme *shipped(const char *name)
{
    char path[512], buf[4096];
    struct str text = STR_INIT;
    struct programme *p;
    size_t n;
    FILE *f;

    snprintf(path, sizeof(path), "%s/deploy/programmes/%s.yaml", HP_SOURCE_DIR, name);
    f = fopen(path, "r");
    cr_assert_not_null(f, "%s", path);
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
        str_add_bytes(&text, buf, n);
    fclose(f);
    cr_assert_eq(programme_read(a, text.text, &p), 0);
    str_release(&text);
    return p;
}

Test(form, each_route_has_the_form_of_its_annex)
{
    const struct programme *p = shipped("changning-property-2023");
    const struct programme_category *c = programme_category(p, "enterprise");
    const struct programme_form *self = programme_form(c, "self");
    const struct programme_form *recommendation = programme_form(c, "recommendation");

    cr_assert_str_eq(self->title, "长宁区“红色物业示范企业”自荐表");
    cr_assert_eq(self->copies, 2);
    cr_assert_null(form_opinion(self, "subdistrict"));
    cr_assert_str_eq(recommendation->id, "annex-4");
    cr_assert_not_null(form_opinion(recommendation, "subdistrict"));
    cr_assert_null(programme_form(c, "none"));
    cr_assert_str_eq(programme_reevaluation(p, "compound")->form.id, "annex-8");
    cr_assert_null(programme_reevaluation(p, "building")->form.id);
}

Test(form, fields_are_typed_as_written)
{
    const struct programme *p = shipped("changning-property-2023");
    const struct programme_form *f =
        programme_form(programme_category(p, "building"), "recommendation");
    const struct programme_field *timely = form_field(f->fields, f->n_fields, "timely");
    const struct programme_field *files = form_field(f->fields, f->n_fields, "materials");
    const struct programme_field *table = form_field(f->fields, f->n_fields, "honours");

    cr_assert_eq(timely->type, FIELD_NUMBER);
    cr_assert_str_eq(timely->unit, "%");
    cr_assert(timely->has_min && timely->has_max);
    cr_assert_eq(timely->max_milli, 100000);
    cr_assert_not(files->has_min);
    cr_assert_eq(files->max_milli, 20000);
    cr_assert_eq(table->n_columns, 3);
    cr_assert_eq(table->columns[0].type, FIELD_DATE);
    cr_assert_eq(form_field(f->fields, f->n_fields, "services")->type, FIELD_LONGTEXT);
    cr_assert_null(form_field(f->fields, f->n_fields, "none"));
}

static const struct texts two = {.items = (const char *[]){"单独组建", "A组"}, .n = 2};

static void is(const struct programme_field *f, const char *text, const char *canonical)
{
    const char *found = NULL;

    cr_assert_eq(form_value(a, f, text, &found), 0, "%s", text);
    cr_assert_str_eq(found, canonical);
}

static void is_none(const struct programme_field *f, const char *text, int why)
{
    const char *found;

    cr_assert_eq(form_value(a, f, text, &found), why, "%s", text);
}

Test(form, values_have_one_form)
{
    const struct programme_field number = {.type = FIELD_NUMBER,
                                           .decimals = 2,
                                           .has_min = true,
                                           .min_milli = 0,
                                           .has_max = true,
                                           .max_milli = 100000};
    const struct programme_field whole = {.type = FIELD_NUMBER};
    const struct programme_field day = {.type = FIELD_DATE};
    const struct programme_field choice = {.type = FIELD_CHOICE, .choices = two};
    const struct programme_field yes_no = {.type = FIELD_YES_NO};
    const struct programme_field subject = {.type = FIELD_SUBJECT};

    is(&number, "12.50", "12.5");
    is(&number, "１２．５", "12.5");
    is(&number, "100", "100");
    is_none(&number, "100.01", FORM_E_HIGH);
    is_none(&number, "-0.01", FORM_E_LOW);
    is_none(&number, "1.005", FORM_E_NUMBER);
    is_none(&number, "1e3", FORM_E_NUMBER);
    is_none(&whole, "1.5", FORM_E_NUMBER);
    is(&whole, "-3", "-3");
    is(&day, "2023-06-01", "2023-06-01");
    is_none(&day, "2023-02-29", FORM_E_DAY);
    is(&choice, "ａ组", "A组");
    is_none(&choice, "B组", FORM_E_CHOICE);
    is(&yes_no, "是", "true");
    is(&yes_no, "FALSE", "false");
    is_none(&yes_no, "maybe", FORM_E_CHOICE);
    is(&subject, "310105001-0001", "310105001-0001");
}

Test(form, texts_have_lines_and_lengths)
{
    const struct programme_field line = {.type = FIELD_TEXT, .has_max = true, .max_milli = 3000};
    const struct programme_field paragraphs = {
        .type = FIELD_LONGTEXT, .has_min = true, .min_milli = 2000};

    is(&line, "党建部", "党建部");
    is_none(&line, "党建部门", FORM_E_LONG);
    is_none(&line, "党\n建", FORM_E_LINE);
    is(&paragraphs, "党\n建", "党\n建");
    is_none(&paragraphs, "党", FORM_E_SHORT);
}

static bool asks(enum condition_op op, struct texts limits, const struct programme_field *of,
                 const char *value)
{
    struct programme_field f = {.type = FIELD_TEXT};

    f.required_if.op = op;
    f.required_if.values = limits;
    return form_asks(&f, of, &value, value ? 1 : 0);
}

Test(form, a_field_is_asked_for_as_another_says)
{
    const struct programme_field number = {.type = FIELD_NUMBER},
                                 word = {.type = FIELD_CHOICE, .choices = two};
    const struct texts nine = {.items = (const char *[]){"9"}, .n = 1};
    const struct texts first = {.items = two.items, .n = 1};
    const char *some[] = {"单独组建", "A组"};
    struct programme_field none_of = {.required_if = {.op = OP_NE, .values = first}};

    cr_assert(asks(OP_GT, nine, &number, "10"), "by size, not by text");
    cr_assert_not(asks(OP_GT, nine, &number, "9"));
    cr_assert(asks(OP_GE, nine, &number, "9"));
    cr_assert(asks(OP_LT, nine, &number, "8.9"));
    cr_assert_not(asks(OP_LE, nine, &number, "9.001"));
    cr_assert(asks(OP_EQ, first, &word, "单独组建"));
    cr_assert(asks(OP_NE, first, &word, "A组"));
    cr_assert(asks(OP_IN, two, &word, "A组"));
    cr_assert_not(asks(OP_NE, first, &word, NULL), "an empty field says nothing");
    cr_assert_not(form_asks(&none_of, &word, some, 2));
    cr_assert(form_asks(&none_of, &word, some + 1, 1));
}

Test(form, values_are_shown_as_people_read_them)
{
    const struct programme_field number = {.type = FIELD_NUMBER, .unit = "平方米"},
                                 yes_no = {.type = FIELD_YES_NO};

    cr_assert_str_eq(form_shown(a, &number, "12.5"), "12.5 平方米");
    cr_assert_str_eq(form_shown(a, &yes_no, "true"), "是");
    cr_assert_str_eq(form_shown(a, &yes_no, "false"), "否");
}
