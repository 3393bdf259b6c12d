/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/openapi_schema.h"

#include <inttypes.h>
#include <string.h>

#include "common/json/pbjson.h"
#include "proto/fields.h"
#include "proto/words.h"
#include "services/gateway/edge/example.h"
#include "common/base/banned.h"

bool schema_hidden(const ProtobufCFieldDescriptor *field)
{
    return strncmp(field->name, "edge_", 5) == 0;
}

bool path_gives(const char *given, const char *name)
{
    const char *p = given;

    while (p && (p = strchr(p, '{'))) {
        size_t size = strcspn(++p, "}");

        if (strlen(name) == size && memcmp(p, name, size) == 0)
            return true;
    }
    return false;
}

void schema_ref(struct str *out, struct schemas *all, const ProtobufCMessageDescriptor *d)
{
    size_t i = 0;

    while (i < all->n && all->list[i] != d)
        i++;
    if (i == all->n) {
        CHECK(all->n < SCHEMAS_MAX);
        all->list[all->n++] = d;
    }
    str_printf(out, "{\"$ref\":\"#/components/schemas/%s\"}", d->name);
}

static void enum_schema(struct str *out, const ProtobufCEnumDescriptor *d)
{
    str_add(out, "{\"type\":\"string\",\"enum\":[");
    for (unsigned i = 0; i < d->n_values; i++) {
        str_add(out, i ? ",\"" : "\"");
        pbjson_enum_word(out, &d->values[i]);
        str_add_char(out, '"');
    }
    str_add(out, "]}");
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);

    return n >= m && strcmp(name + n - m, end) == 0;
}

static void text_schema(struct str *out, const ProtobufCMessageDescriptor *d,
                        const ProtobufCFieldDescriptor *field)
{
    const char *const *words = words_of(d->name, field->name);

    str_add(out, "{\"type\":\"string\"");
    for (size_t i = 0; words && words[i]; i++)
        str_printf(out, "%s\"%s\"%s", i ? "," : ",\"enum\":[", words[i], words[i + 1] ? "" : "]");
    if (words) {
        str_add_char(out, '}');
        return;
    }
    if (ends_with(field->name, "_day"))
        str_add(out, ",\"format\":\"date\"");
    else if (ends_with(field->name, "_sha256"))
        str_add(out, ",\"pattern\":\"^[0-9a-f]{64}$\"");
    else if (field->type == PROTOBUF_C_TYPE_BYTES)
        str_add(out, ",\"pattern\":\"^([0-9a-f]{2})*$\"");
    str_add_char(out, '}');
}

static void integer_schema(struct str *out, const ProtobufCFieldDescriptor *field)
{
    if (pbjson_is_instant(field)) {
        str_add(out, "{\"type\":\"string\",\"format\":\"date-time\"}");
        return;
    }
    if (pbjson_is_points(field)) {
        str_add(out, "{\"type\":\"string\",\"pattern\":\"^-?[0-9]+(\\\\.[0-9]{1,3})?$\"}");
        return;
    }
    if (field->type == PROTOBUF_C_TYPE_INT64) {
        str_add(out, "{\"type\":\"integer\",\"format\":\"int64\"");
        if (field->default_value)
            str_printf(out, ",\"default\":%" PRId64, *(const int64_t *)field->default_value);
    } else {
        str_add(out, "{\"type\":\"integer\",\"format\":\"int32\"");
        if (field->default_value)
            str_printf(out, ",\"default\":%" PRId32, *(const int32_t *)field->default_value);
    }
    str_add_char(out, '}');
}

static void value_schema(struct str *out, struct schemas *all, const ProtobufCMessageDescriptor *d,
                         const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        schema_ref(out, all, field->descriptor);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        enum_schema(out, field->descriptor);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        str_add(out, "{\"type\":\"boolean\"}");
        break;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_INT64:
        integer_schema(out, field);
        break;
    default:
        text_schema(out, d, field);
    }
}

static void described(struct str *out, const struct schemas *all, const struct field_about *about)
{
    const char *text = about ? text_in(all->language, about->text) : "";

    str_add(out, ",\"description\":");
    pbjson_write_text(out, text, strlen(text));
    str_add(out, ",\"examples\":[");
}

void schema_field(struct str *out, struct schemas *all, const ProtobufCMessageDescriptor *d,
                  const ProtobufCFieldDescriptor *field)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        str_add(out, "{\"type\":\"array\",\"items\":");
    value_schema(out, all, d, field);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        str_add_char(out, '}');
    out->size--; /* the schema's own } comes after what is added */
    described(out, all, field_about(d->name, field->name, pbjson_name_size(field)));
    example_write(out, d, field);
    str_add(out, "]}");
}

static void required_names(struct str *out, const ProtobufCMessageDescriptor *d, const char *given,
                           bool with_id)
{
    bool any = with_id;

    str_add(out, with_id ? ",\"required\":[\"id\"" : "");
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &d->fields[i];

        if (field->label != PROTOBUF_C_LABEL_REQUIRED || schema_hidden(field) ||
            path_gives(given, field->name))
            continue;
        str_printf(out, "%s\"%.*s\"", any ? "," : ",\"required\":[", pbjson_name_size(field),
                   field->name);
        any = true;
    }
    str_add(out, any ? "]" : "");
}

/* The answer to a command has its id. */
static void id_property(struct str *out, const struct schemas *all)
{
    const struct field_about *about = field_about("", "id", 2);

    str_add(out, "\"id\":{\"type\":\"string\",\"format\":\"uuid\"");
    described(out, all, about);
    str_printf(out, "\"%s\"]}", about->example);
}

void schema_object(struct str *out, struct schemas *all, const ProtobufCMessageDescriptor *d,
                   const char *given, bool strict, bool with_id)
{
    bool first = !with_id;

    str_add(out, "{\"type\":\"object\",\"properties\":{");
    if (with_id)
        id_property(out, all);
    for (unsigned i = 0; i < d->n_fields; i++) {
        if (schema_hidden(&d->fields[i]) || path_gives(given, d->fields[i].name))
            continue;
        str_printf(out, "%s\"%.*s\":", first ? "" : ",", pbjson_name_size(&d->fields[i]),
                   d->fields[i].name);
        schema_field(out, all, d, &d->fields[i]);
        first = false;
    }
    str_add_char(out, '}');
    required_names(out, d, given, with_id);
    str_add(out, strict ? ",\"additionalProperties\":false}" : "}");
}

void schema_components(struct str *out, struct schemas *all)
{
    /* the list grows while its members are written */
    for (size_t i = 0; i < all->n; i++) {
        str_printf(out, "%s\"%s\":", i ? "," : "", all->list[i]->name);
        schema_object(out, all, all->list[i], NULL, false, false);
    }
}
