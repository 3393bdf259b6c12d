/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/reference.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "proto/reasons.h"
#include "common/base/banned.h"

static const char style[] = "body{font:16px/1.6 system-ui,sans-serif;max-width:70rem;margin:0 "
                            "auto;padding:1rem;color:#1a1a1a;background:#fff}"
                            "h2{border-bottom:2px solid #b3261e}h3{margin:2rem 0 "
                            ".3rem}code{font-size:.92em;overflow-wrap:anywhere}"
                            "table{border-collapse:collapse;width:100%;margin:.5rem "
                            "0}td,th{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;"
                            "vertical-align:top}th{background:#f3f0ef}.m{font-weight:bold;color:#"
                            "8c1d18}a{color:#8c1d18}nav{columns:3 16rem}nav a{display:block}";

struct page {
    struct str *out;
    enum language language;
    json_t *doc;
};

static void escaped(struct str *out, const char *text)
{
    for (const char *p = text ? text : ""; *p; p++)
        switch (*p) {
        case '<':
            str_add(out, "&lt;");
            break;
        case '>':
            str_add(out, "&gt;");
            break;
        case '&':
            str_add(out, "&amp;");
            break;
        case '"':
            str_add(out, "&quot;");
            break;
        default:
            str_add_char(out, *p);
        }
}

static const char *word(const struct page *p, const char *msgid)
{
    return text_in(p->language, msgid);
}

static const char *text_of(json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text ? text : "";
}

/* What $ref names, its last step; "" where it is none. */
static const char *ref_of(json_t *schema)
{
    const char *ref = text_of(schema, "$ref"), *last = strrchr(ref, '/');

    return last ? last + 1 : "";
}

static json_t *component(const struct page *p, const char *kind, const char *name)
{
    return json_object_get(json_object_get(json_object_get(p->doc, "components"), kind), name);
}

/* string (date), integer, [gateway.Account] with a link ... */
static void type(const struct page *p, json_t *schema)
{
    json_t *items = json_object_get(schema, "items"), *words = json_object_get(schema, "enum"),
           *one;
    const char *ref = ref_of(schema), *format = text_of(schema, "format");
    size_t i;

    if (items) {
        str_add(p->out, "[ ");
        type(p, items);
        str_add(p->out, " ]");
    } else if (*ref) {
        str_printf(p->out, "<a href=\"#%s\">%s</a>", ref, ref);
    } else {
        str_add(p->out, text_of(schema, "type"));
        if (*format)
            str_printf(p->out, " (%s)", format);
    }
    json_array_foreach(words, i, one)
    {
        str_add(p->out, i ? " | " : ": ");
        escaped(p->out, json_string_value(one));
    }
}

static void example(const struct page *p, json_t *schema)
{
    json_t *one = json_array_get(json_object_get(schema, "examples"), 0);
    char *text = one ? json_dumps(one, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

    if (text && strlen(text) <= 80) {
        str_add(p->out, "<br><code>");
        escaped(p->out, text);
        str_add(p->out, "</code>");
    }
    free(text);
}

/* @about: where the description stands. */
static void field_row(const struct page *p, const char *name, json_t *schema, json_t *about,
                      bool required, const char *place)
{
    str_printf(p->out, "<tr><td><code>%s</code>%s%s</td><td>", name, required ? " *" : "", place);
    type(p, schema);
    str_add(p->out, "</td><td>");
    escaped(p->out, text_of(about, "description"));
    example(p, schema);
    str_add(p->out, "</td></tr>");
}

static void fields(const struct page *p, json_t *schema)
{
    json_t *must = json_object_get(schema, "required"), *one, *name_json;
    const char *name;
    size_t i;

    json_object_foreach(json_object_get(schema, "properties"), name, one)
    {
        bool required = false;

        json_array_foreach(must, i, name_json) required =
            required || strcmp(json_string_value(name_json), name) == 0;
        field_row(p, name, one, one, required, "");
    }
}

static void table_begin(const struct page *p, const char *title)
{
    str_printf(p->out, "<h4>%s</h4><table><tr><th>%s</th><th>%s</th><th>%s</th></tr>", title,
               word(p, N_("Name")), word(p, N_("Type")), word(p, N_("What it is")));
}

static void parameters(const struct page *p, json_t *operation)
{
    json_t *list = json_object_get(operation, "parameters"), *one;
    size_t i;

    table_begin(p, word(p, N_("Parameters")));
    json_array_foreach(list, i, one)
    {
        const char *ref = ref_of(one);
        json_t *parameter = *ref ? component(p, "parameters", ref) : one;
        CLEANUP(str_release) struct str place = STR_INIT;

        json_t *schema = json_object_get(parameter, "schema");

        str_printf(&place, " (%s)", text_of(parameter, "in"));
        field_row(p, text_of(parameter, "name"), schema,
                  *text_of(schema, "description") ? schema : parameter,
                  json_is_true(json_object_get(parameter, "required")), place.text);
    }
    str_add(p->out, "</table>");
}

static json_t *schema_in(json_t *content)
{
    const char *media_type;
    json_t *first;

    json_object_foreach(content, media_type, first) return json_object_get(first, "schema");
    return NULL;
}

static void body(const struct page *p, json_t *operation)
{
    json_t *schema =
        schema_in(json_object_get(json_object_get(operation, "requestBody"), "content"));

    if (!schema)
        return;
    table_begin(p, word(p, N_("Body")));
    fields(p, *ref_of(schema) ? component(p, "schemas", ref_of(schema)) : schema);
    str_add(p->out, "</table>");
}

static void answers(const struct page *p, json_t *operation)
{
    const char *status;
    json_t *answer;

    json_object_foreach(json_object_get(operation, "responses"), status, answer)
    {
        json_t *schema = schema_in(json_object_get(answer, "content"));
        CLEANUP(str_release) struct str title = STR_INIT;

        if (*status != '2' || !schema)
            continue;
        str_printf(&title, "%s %s", word(p, N_("Answer")), status);
        if (*ref_of(schema)) {
            str_printf(p->out, "<h4>%s</h4><p>", title.text);
            type(p, schema);
            str_add(p->out, "</p>");
        } else {
            table_begin(p, title.text);
            fields(p, schema);
            str_add(p->out, "</table>");
        }
    }
}

static void reasons(const struct page *p, json_t *codes, const char *title)
{
    json_t *one;
    size_t i;

    if (!json_array_size(codes))
        return;
    str_printf(p->out, "<details><summary>%s</summary><ul>", title);
    json_array_foreach(codes, i, one)
    {
        const struct reason_row *row = reason_by_code(json_string_value(one));

        str_printf(p->out, "<li><code>%s</code> (%d) ", row->code, row->status);
        escaped(p->out, word(p, row->text));
        str_add(p->out, "</li>");
    }
    str_add(p->out, "</ul></details>");
}

static void method_and_path(const struct page *p, const char *method, const char *path)
{
    str_add(p->out, "<span class=\"m\">");
    for (; *method; method++)
        str_add_char(p->out, (char)toupper((unsigned char)*method));
    str_printf(p->out, "</span> <code>%s</code>", path);
}

static void operation(const struct page *p, const char *path, const char *method, json_t *op)
{
    str_printf(p->out, "<h3 id=\"%s\">", text_of(op, "operationId"));
    escaped(p->out, text_of(op, "summary"));
    str_add(p->out, "</h3><p>");
    method_and_path(p, method, path);
    str_add(p->out, "<br>");
    escaped(p->out, text_of(op, "description"));
    str_add(p->out, "</p>");
    parameters(p, op);
    body(p, op);
    answers(p, op);
    reasons(p, json_object_get(op, "x-reasons"), word(p, N_("What it may be refused for")));
}

/* fn for every operation of the service @tag. */
static void each(const struct page *p, const char *tag,
                 void (*fn)(const struct page *, const char *, const char *, json_t *))
{
    const char *path, *method;
    json_t *methods, *op;

    json_object_foreach(json_object_get(p->doc, "paths"), path, methods) json_object_foreach(
        methods, method,
        op) if (strcmp(json_string_value(json_array_get(json_object_get(op, "tags"), 0)), tag) == 0)
        fn(p, path, method, op);
}

static void link(const struct page *p, const char *path, const char *method, json_t *op)
{
    (void)path;
    (void)method;
    str_printf(p->out, "<a href=\"#%s\">", text_of(op, "operationId"));
    escaped(p->out, text_of(op, "summary"));
    str_add(p->out, "</a>");
}

static void services(const struct page *p)
{
    json_t *tag;
    size_t i;

    json_array_foreach(json_object_get(p->doc, "tags"), i, tag)
    {
        str_printf(p->out, "<h2>%s: ", text_of(tag, "name"));
        escaped(p->out, text_of(tag, "description"));
        str_add(p->out, "</h2><nav>");
        each(p, text_of(tag, "name"), link);
        str_add(p->out, "</nav>");
        each(p, text_of(tag, "name"), operation);
    }
}

static void schemas(const struct page *p)
{
    const char *name;
    json_t *schema;

    str_printf(p->out, "<h2>%s</h2>", word(p, N_("Schemas")));
    json_object_foreach(json_object_get(json_object_get(p->doc, "components"), "schemas"), name,
                        schema)
    {
        size_t size = strlen(name);

        if (size > 5 && strcmp(name + size - 5, ".Body") == 0)
            continue; /* shown where it is sent */
        str_printf(p->out, "<h3 id=\"%s\">%s</h3>", name, name);
        table_begin(p, "");
        fields(p, schema);
        str_add(p->out, "</table>");
    }
}

void reference_write(struct str *out, enum language language, const struct str *openapi)
{
    struct page p = {out, language, json_loadb(openapi->text, openapi->size, 0, NULL)};
    json_t *info;

    CHECK(p.doc);
    info = json_object_get(p.doc, "info");
    str_printf(
        out,
        "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>%s</title><style>%s</style>"
        "</head><body><h1>%s</h1><p>",
        language_tag(language), text_of(info, "title"), style, text_of(info, "title"));
    escaped(out, text_of(info, "description"));
    str_printf(out, "</p><p><a href=\"/api/openapi.json\">OpenAPI 3.1</a> · %s</p>",
               text_of(info, "version"));
    reasons(&p, json_object_get(p.doc, "x-common-reasons"),
            word(&p, N_("What any request may be refused for")));
    services(&p);
    schemas(&p);
    str_add(out, "</body></html>\n");
    json_decref(p.doc);
}
