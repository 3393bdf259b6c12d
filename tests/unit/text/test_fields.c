/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "common/text/fields.h"
#include "intake.pb-c.h"
#include "proto/api.h"

static const struct row {
    const char *message, *field;
} rows[] = {
#define TEXT(field, kind) {NULL, #field},
#define TEXT_OF(message, field, kind) {#message, #field},
#include "proto/api/texts.def"
#undef TEXT
#undef TEXT_OF
};

static bool holds(const ProtobufCMessageDescriptor *d, const struct row *row)
{
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];

        if (f->type == PROTOBUF_C_TYPE_STRING && strcmp(f->name, row->field) == 0 &&
            (!row->message || strcmp(row->message, d->name) == 0))
            return true;
        if (f->type == PROTOBUF_C_TYPE_MESSAGE && holds(f->descriptor, row))
            return true;
    }
    return false;
}

Test(fields, every_row_names_a_text_that_a_request_has)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool found = false;

        for (const struct api_row *api = api_rows; api->service; api++)
            found |= *api->path && holds(api->request, &rows[i]);
        cr_expect(found, "%s %s", rows[i].message ? rows[i].message : "any", rows[i].field);
    }
}

Test(fields, every_text_of_a_message_and_of_those_in_it_becomes_clean)
{
    struct arena *a = arena_new();
    Intake__FormField one = INTAKE__FORM_FIELD__INIT, two = INTAKE__FORM_FIELD__INIT;
    Intake__FormField *form[] = {&one, &two};
    Intake__DraftApplication m = INTAKE__DRAFT_APPLICATION__INIT;
    struct text_field_fault f;

    m.programme_id = " changning-property-2023";
    m.category = "ｄｅｍｏ";
    m.subject_id = "91310105ma1010004n ";
    m.route = "self";
    one.name = "负责人\u3000";
    one.value = "样例甲\r\n样例乙 ";
    two.name = "b";
    two.value = "";
    m.form = form;
    m.n_form = 2;
    cr_assert_eq(text_fields_clean(a, &m.base, &f), 0);
    cr_assert_str_eq(m.programme_id, "changning-property-2023");
    cr_assert_str_eq(m.category, "demo");
    cr_assert_str_eq(m.subject_id, "91310105MA1010004N");
    cr_assert_str_eq(one.name, "负责人");
    cr_assert_str_eq(one.value, "样例甲\n样例乙");
    cr_assert_null(m.subdistrict);
    two.value = "好\u202e";
    cr_assert_eq(text_fields_clean(a, &m.base, &f), TEXT_E_CHARACTER);
    cr_assert_str_eq(f.field, "form/1/value");
    cr_assert_str_eq(f.fault.character, "U+202E");
    arena_free(a);
}

Test(fields, texts_of_a_list_are_looked_at_one_by_one)
{
    struct arena *a = arena_new();
    char *aliases[] = {"　别名一 ", "别\n名"};
    Intake__RegisterSite m = INTAKE__REGISTER_SITE__INIT;
    struct text_field_fault f;

    m.site_id = m.name = m.subdistrict = "310105001";
    m.aliases = aliases;
    m.n_aliases = 2;
    cr_assert_eq(text_fields_clean(a, &m.base, &f), TEXT_E_CHARACTER);
    cr_assert_str_eq(f.field, "aliases/1");
    cr_assert_str_eq(aliases[0], "别名一");
    arena_free(a);
}

Test(fields, kinds_follow_the_message_then_the_name)
{
    cr_assert_eq(text_field_kind(&intake__publish_programme__descriptor, "document"), TEXT_RAW);
    cr_assert_eq(text_field_kind(&intake__record_change__descriptor, "document"), TEXT_LINE);
    cr_assert_eq(text_field_kind(&intake__record_change__descriptor, "on_day"), TEXT_CODE);
    cr_assert_eq(text_field_kind(&intake__form_field__descriptor, "value"), TEXT_PARAGRAPH);
    cr_assert_eq(text_field_kind(&intake__register_enterprise__descriptor, "name"), TEXT_LINE);
}
