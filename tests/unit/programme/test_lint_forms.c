/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each fault in a form is made by changing one place of the shipped programme; the linter must name exactly that place, once.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "common/domain/programme/programme.h"

static struct arena *a;
static struct str shipped = STR_INIT;

static void setup(void)
{
    char buf[4096];
    size_t n;
    FILE *f;

    a = arena_new();
    f = fopen(HP_SOURCE_DIR "/deploy/programmes/changning-property-2023.yaml", "r");
    cr_assert_not_null(f);
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
        str_add_bytes(&shipped, buf, n);
    fclose(f);
}

static void teardown(void)
{
    str_release(&shipped);
    arena_free(a);
}

TestSuite(lint_forms, .init = setup, .fini = teardown);

/* The text that stands at @line and @column (in characters) of @text. */
static const char *at_place(const char *text, int line, int column)
{
    while (--line > 0)
        text = strchr(text, '\n') + 1;
    while (--column > 0)
        do
            text++;
        while (((unsigned char)*text & 0xC0) == 0x80);
    return text;
}

static const char *all_of(const struct programme_finding *f)
{
    const char *list = "";

    for (; f; f = f->next)
        list = arena_printf(a, "%s\n%d:%d: %s", list, f->line, f->column, f->message);
    return list;
}

/* With the first @old after @anchor replaced by @new there is one finding, @message, and it points at what begins with @place. */
static void faulted(const char *anchor, const char *old, const char *new, const char *place,
                    const char *message)
{
    const char *from = strstr(shipped.text, anchor), *at, *text;
    struct programme *p = NULL;
    struct programme_finding *f;

    cr_assert_not_null(from, "no %s", anchor);
    at = strstr(from, old);
    cr_assert_not_null(at, "no %s after %s", old, anchor);
    text =
        arena_printf(a, "%.*s%s%s", (int)(at - shipped.text), shipped.text, new, at + strlen(old));
    f = programme_lint(a, text, strlen(text), &p);
    cr_assert_not_null(f, "accepted: %s", new);
    cr_assert_null(f->next, "more than one: %s", all_of(f));
    cr_assert_null(p);
    cr_assert_str_eq(f->message, message);
    text = at_place(text, f->line, f->column);
    cr_assert_eq(strncmp(text, place, strlen(place)), 0, "%d:%d is %.40s", f->line, f->column,
                 text);
}

#define SELF "id: annex-3"
#define COMPOUND "id: annex-5"
#define FIELDS "categories[0].forms[0].fields"
#define OF_COMPOUND "categories[1].forms[0].fields"

Test(lint_forms, a_type_is_one_of_the_known)
{
    faulted(SELF, "type: number", "type: decimal", "decimal",
            FIELDS "[3].type: decimal is not known here; one of: text, longtext, number, date, "
                   "choice, choices, yes_no, subject, table, files");
}

Test(lint_forms, names_are_told_apart_and_fit_a_column)
{
    faulted(SELF, "name: phone", "name: Phone", "Phone",
            FIELDS "[7].name: only a-z, 0-9 and _, at most 64 characters");
    faulted(SELF, "name: phone", "name: contact", "contact",
            FIELDS "[7].name: contact is here a second time");
    faulted(SELF, "{ name: by,", "{ name: day,", "day",
            FIELDS "[13].columns[2].name: day is here a second time");
    faulted("id: annex-4", "annex-4", "annex-3", "annex-3",
            "categories[0].forms[1].id: annex-3 is here a second time");
    faulted("id: annex-7", "annex-7", "annex-5", "annex-5",
            "re_evaluation[0].form.id: annex-5 is here a second time");
}

Test(lint_forms, what_a_type_needs_is_there)
{
    faulted(SELF, "choices: [单独组建, 联合组建, 未组建], ", "", "party_organisation",
            FIELDS "[8].name: choices are missing: type choice offers some");
    faulted(SELF, "type: text, section: 基本情况, max: 50", "type: table", "legal_person",
            FIELDS "[0].name: columns are missing: type table has some");
    faulted(SELF, "choices: [单独组建", "choices: [单独组建, 单独组建", "单独组建",
            FIELDS "[8].choices[1]: 单独组建 is here a second time");
    faulted(SELF, "有设施", "\"有场所 \"", "\"有场所",
            FIELDS "[11].choices[1]: 有场所  is here a second time");
}

Test(lint_forms, what_a_type_does_not_know_is_named)
{
    faulted(SELF, "name: address, title: 办公地址, type: text",
            "name: address, title: 办公地址, type: text, unit: 人", "人",
            FIELDS "[2].unit: a field of type text has none");
    faulted(SELF, "type: date", "type: date, choices: [甲]", "[甲]",
            FIELDS "[1].choices: a field of type date has none");
    faulted(SELF, "type: date", "type: date, max: 3", "3",
            FIELDS "[1].max: a field of type date has none");
    faulted(SELF, "type: date", "type: date, subjects: [compound]", "[compound]",
            FIELDS "[1].subjects: a field of type date has none");
    faulted(SELF, "type: date", "type: date, evidence: { min: 1 }", "1",
            FIELDS "[1].evidence.min: a field of type date has none");
    faulted(SELF, "type: date", "type: date, decimals: 1", "1",
            FIELDS "[1].decimals: a field of type date has none");
}

Test(lint_forms, limits_are_in_order_and_whole_where_things_are_counted)
{
    faulted(SELF, "min: 0, max: 100000,", "min: 9, max: 8.5,", "8.5",
            FIELDS "[3].max: is less than min");
    faulted(SELF, "max: 2000", "max: 20001", "20001",
            FIELDS "[10].max: of type longtext must be a whole number between 1 and 20000");
    faulted(SELF, "max: 2000", "max: 1.5", "1.5",
            FIELDS "[10].max: of type longtext must be a whole number between 1 and 20000");
    faulted(SELF, "type: choices,", "type: choices, min: 7,", "7",
            FIELDS "[11].min: of type choices must be a whole number between 0 and 6");
    faulted(SELF, "max: 20 }", "min: 21, max: 20 }", "20",
            FIELDS "[14].evidence.max: is less than min");
    faulted(SELF, "[jpeg, png", "[gif, png", "gif",
            FIELDS
            "[14].evidence.types[0]: gif is not known here; one of: jpeg, png, pdf, docx, xlsx");
}

Test(lint_forms, examples_are_values)
{
    faulted(SELF, "example: 1998-05-20", "example: 1998-02-30", "1998-02-30",
            FIELDS "[1].example: 1998-02-30 is not a value of this field");
    faulted(SELF, "example: \"126.5\"", "example: \"126.505\"", "\"126.505\"",
            FIELDS "[3].example: 126.505 is not a value of this field");
}

Test(lint_forms, a_field_is_asked_for_by_one_above_it)
{
    faulted(COMPOUND, "field: petitions,", "field: governance,", "governance",
            OF_COMPOUND "[11].required_if.field: governance stands no earlier than this field");
    faulted(COMPOUND, "field: petitions,", "field: petitions_note,", "petitions_note",
            OF_COMPOUND "[11].required_if.field: petitions_note stands no earlier than this field");
    faulted(COMPOUND, "field: petitions,", "field: nothing,", "nothing",
            OF_COMPOUND "[11].required_if.field: there is no field nothing here");
    faulted(COMPOUND, "value: \"true\"", "value: maybe", "maybe",
            OF_COMPOUND "[11].required_if.value: maybe is not a value of petitions");
    faulted(COMPOUND, "op: \"=\", value: \"true\"", "op: \">\", value: \"true\"", "\">\"",
            OF_COMPOUND
            "[11].required_if.op: a field of type yes_no cannot be compared with \">\"");
    faulted(COMPOUND, "op: \"=\", value: \"true\"", "op: \"=\", value: [\"true\", \"false\"]", "[",
            OF_COMPOUND "[11].required_if.value: \"=\" takes one value, not 2");
    faulted(COMPOUND, "value: [单独组建, 联合组建]", "value: [单独组建, 合并组建]", "合并组建",
            OF_COMPOUND "[7].required_if.value[1]: 合并组建 is not a value of party_organisation");
    faulted(COMPOUND, "            required_if: { field: petitions,",
            "            required: true\n            required_if: { field: petitions,", "true",
            OF_COMPOUND "[11].required: is always so, and required_if says when: one of them");
}

Test(lint_forms, tables_and_opinions_hold_what_has_one_value)
{
    faulted(SELF, "title: 日期, type: date", "title: 日期, type: files", "files",
            FIELDS "[13].columns[0].type: a table's row holds no field of type files");
    faulted("by: subdistrict", "type: date", "type: files", "files",
            "categories[0].forms[1].opinions[0].fields[1].type: an opinion holds no field of type "
            "files");
    faulted(SELF, "type: choice,",
            "type: choice, required_if: { field: founded_day, op: \"=\", value: 2023 },", "2023",
            FIELDS "[8].required_if.value: 2023 is not a value of founded_day");
}

Test(lint_forms, every_route_has_one_form)
{
    faulted("id: annex-4", "        routes: [recommendation]\n", "", "annex-4",
            "categories[0].forms[1].id: route self has its form already: annex-3");
    faulted(COMPOUND, "routes: [recommendation]", "routes: [self, recommendation]", "self",
            "categories[1].forms[0].routes[0]: the category has no route self");
    faulted("id: building", "routes: [recommendation]", "routes: [recommendation, self]", "self",
            "categories[2].routes[1]: route self has no form in forms");
    faulted("id: enterprise",
            "    forms:", "    form:\n      - { name: x, title: 某项 }\n    forms:", "-",
            "categories[0].form: a category has form or forms, not both");
}

Test(lint_forms, who_gives_an_opinion_has_a_turn)
{
    faulted("id: annex-4", "by: subdistrict", "by: city", "city",
            "categories[0].forms[1].opinions[0].by: city has no turn on route recommendation");
    faulted("id: annex-8", "by: subdistrict", "by: city", "city",
            "re_evaluation[1].form.opinions[0].by: city is none of the instances");
}
