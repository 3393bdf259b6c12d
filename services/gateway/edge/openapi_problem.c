/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/openapi_problem.h"

#include <string.h>

#include "common/json/pbjson.h"
#include "common/base/banned.h"

static void text(struct str *out, enum language language, const char *msgid)
{
    const char *t = text_in(language, msgid);

    pbjson_write_text(out, t, strlen(t));
}

struct plain {
    const char *name, *type, *example, *text;
};

/* Properties that no message has: "name":{...}, with a comma between. */
static void plain_properties(struct str *out, enum language language, const struct plain *rows,
                             size_t n)
{
    for (size_t i = 0; i < n; i++) {
        str_printf(out, "%s\"%s\":{\"type\":\"%s\",\"description\":", i ? "," : "", rows[i].name,
                   rows[i].type);
        text(out, language, rows[i].text);
        str_printf(out, ",\"examples\":[%s]}", rows[i].example);
    }
}

void problem_schema(struct str *out, enum language language)
{
    static const struct plain problem[] = {
        {"type", "string", "\"urn:hongping:reason:application_late\"", N_("The kind of problem.")},
        {"title", "string", "\"Unprocessable Content\"", N_("What the status means.")},
        {"status", "integer", "422", N_("The HTTP status.")},
        {"detail", "string", "\"The last day was 2023-10-31.\"",
         N_("What is wrong, in a sentence.")},
        {"instance", "string", "\"/api/v1/districts/310105/applications\"",
         N_("The address that was asked.")},
        {"code", "string", "\"application_late\"",
         N_("A stable code for programs; the sentence beside it is for people.")},
        {"trace_id", "string", "\"0af7651916cd43dd8448eb211c80319c\"",
         N_("What our logs call this request.")},
    };
    static const struct plain fault[] = {
        {"field", "string", "\"form.title\"", N_("The field's name.")},
        {"pointer", "string", "\"/form/0/value\"",
         N_("Where it stands in the body, as RFC 6901 says it.")},
        {"code", "string", "\"text_missing\"",
         N_("A stable code for programs; the sentence beside it is for people.")},
        {"reason", "string", "\"This field must not be empty.\"",
         N_("What is wrong, in a sentence.")},
    };

    str_add(out, "\"Problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\","
                 "\"code\"],\"properties\":{");
    plain_properties(out, language, problem, ARRAY_LEN(problem));
    str_add(out, ",\"errors\":{\"type\":\"array\",\"description\":");
    text(out, language, N_("All that is wrong with the request, each with its field."));
    str_add(out, ",\"items\":{\"type\":\"object\",\"required\":[\"field\",\"pointer\",\"code\","
                 "\"reason\"],\"properties\":{");
    plain_properties(out, language, fault, ARRAY_LEN(fault));
    str_add(out,
            "}},\"examples\":[[{\"field\":\"form.title\",\"pointer\":\"/form/0/value\",\"code\":"
            "\"text_missing\",\"reason\":\"This field must not be empty.\"}]]}}},");
}
