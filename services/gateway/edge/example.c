/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/example.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/json/pbjson.h"
#include "proto/fields.h"
#include "proto/words.h"
#include "services/gateway/edge/openapi_schema.h"
#include "common/base/banned.h"

#define EXAMPLE_DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static bool ends_with(const ProtobufCFieldDescriptor *field, const char *end)
{
    size_t n = strlen(field->name), m = strlen(end);

    return n >= m && strcmp(field->name + n - m, end) == 0;
}

static void text_example(struct str *out, const ProtobufCMessageDescriptor *d,
                         const ProtobufCFieldDescriptor *field, const char *given)
{
    const char *const *words = words_of(d->name, field->name);
    const char *text = words                                  ? words[0]
                       : ends_with(field, "_day")             ? "2023-10-27"
                       : ends_with(field, "_sha256")          ? EXAMPLE_DIGEST
                       : field->type == PROTOBUF_C_TYPE_BYTES ? EXAMPLE_DIGEST
                                                              : given;

    pbjson_write_text(out, text, strlen(text));
}

static void integer_example(struct str *out, const ProtobufCFieldDescriptor *field,
                            const char *given)
{
    if (pbjson_is_instant(field))
        str_add(out, "\"2023-10-27T09:00:00+08:00\"");
    else if (pbjson_is_points(field))
        str_printf(out, "\"%s\"", *given ? given : "96.873");
    else
        str_printf(out, "%" PRId64, (int64_t)(*given ? strtoll(given, NULL, 10) : 1));
}

static void object_example(struct str *out, const ProtobufCMessageDescriptor *d)
{
    bool first = true;

    str_add_char(out, '{');
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &d->fields[i];

        /* an object with a type and an example is a schema in the eyes of linters */
        if (schema_hidden(field) || strcmp(field->name, "example") == 0 ||
            (field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REQUIRED))
            continue;
        str_printf(out, "%s\"%.*s\":", first ? "" : ",", pbjson_name_size(field), field->name);
        example_write(out, d, field);
        first = false;
    }
    str_add_char(out, '}');
}

static void value_example(struct str *out, const ProtobufCMessageDescriptor *d,
                          const ProtobufCFieldDescriptor *field)
{
    const struct field_about *row = field_about(d->name, field->name, pbjson_name_size(field));
    const char *given = row ? row->example : "";

    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        object_example(out, field->descriptor);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        str_add_char(out, '"');
        pbjson_enum_word(out, &((const ProtobufCEnumDescriptor *)field->descriptor)->values[0]);
        str_add_char(out, '"');
        break;
    case PROTOBUF_C_TYPE_BOOL:
        str_add(out, "true");
        break;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_INT64:
        integer_example(out, field, given);
        break;
    default:
        text_example(out, d, field, given);
    }
}

void example_write(struct str *out, const ProtobufCMessageDescriptor *d,
                   const ProtobufCFieldDescriptor *field)
{
    bool list = field->label == PROTOBUF_C_LABEL_REPEATED;

    str_add(out, list ? "[" : "");
    value_example(out, d, field);
    str_add(out, list ? "]" : "");
}
