/* SPDX-License-Identifier: Apache-2.0 */
/* Writing: straight into a string, no tree in between. */
#include "common/json/pbjson.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/points.h"
#include "common/json/member.h"
#include "common/base/banned.h"

#define POINTS_SUFFIX "_milli"

bool pbjson_is_points(const ProtobufCFieldDescriptor *field)
{
    size_t size = strlen(field->name), end = strlen(POINTS_SUFFIX);

    return field->type == PROTOBUF_C_TYPE_INT64 && size > end &&
           strcmp(field->name + size - end, POINTS_SUFFIX) == 0;
}

int pbjson_name_size(const ProtobufCFieldDescriptor *field)
{
    size_t size = strlen(field->name);

    return (int)(pbjson_is_points(field) ? size - strlen(POINTS_SUFFIX) : size);
}

bool pbjson_is_instant(const ProtobufCFieldDescriptor *field)
{
    size_t size = strlen(field->name);

    return field->type == PROTOBUF_C_TYPE_INT64 &&
           (strcmp(field->name, "at") == 0 ||
            (size > 3 && strcmp(field->name + size - 3, "_at") == 0));
}

void pbjson_enum_word(struct str *out, const ProtobufCEnumValue *value)
{
    for (const char *p = value->name; *p; p++)
        str_add_char(out, (char)tolower((unsigned char)*p));
}

const char *pbjson_enum_text(struct arena *a, const ProtobufCFieldDescriptor *field, int number)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(field->descriptor, number);
    CLEANUP(str_release) struct str word = STR_INIT;

    if (value)
        pbjson_enum_word(&word, value);
    return arena_strdup(a, word.text);
}

/* The length of the UTF-8 sequence at @p, 0 if it is not one. */
static size_t sequence(const char *p, size_t left)
{
    unsigned char c = (unsigned char)*p;
    size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

    return n <= left && (c == 0 || utf8_valid(p, n, NULL)) ? n : 0;
}

static void write_char(struct str *out, char c)
{
    switch (c) {
    case '"':
        str_add(out, "\\\"");
        break;
    case '\\':
        str_add(out, "\\\\");
        break;
    case '\n':
        str_add(out, "\\n");
        break;
    case '\t':
        str_add(out, "\\t");
        break;
    default:
        if ((unsigned char)c < 0x20)
            str_printf(out, "\\u%04x", (unsigned)c);
        else
            str_add_char(out, c);
    }
}

/* How many bytes from @text on can be copied as they are. */
static size_t plain(const char *text, size_t size)
{
    size_t n = 0;

    while (n < size && (unsigned char)text[n] >= 0x20 && (unsigned char)text[n] < 0x80 &&
           text[n] != '"' && text[n] != '\\')
        n++;
    return n;
}

void pbjson_write_text(struct str *out, const char *text, size_t size)
{
    str_add_char(out, '"');
    for (size_t i = 0; i < size;) {
        size_t n = plain(text + i, size - i);

        str_add_bytes(out, text + i, n);
        i += n;
        if (i == size)
            break;
        n = sequence(text + i, size - i);
        if (n == 1)
            write_char(out, text[i]);
        else if (n)
            str_add_bytes(out, text + i, n);
        else
            str_add(out, "\xef\xbf\xbd");
        i += n ? n : 1;
    }
    str_add_char(out, '"');
}

static void write_integer(struct str *out, const ProtobufCFieldDescriptor *field, int64_t n)
{
    char at[INSTANT_TEXT], points[POINTS_TEXT];

    if (pbjson_is_instant(field))
        str_printf(out, "\"%s\"", instant_format(n, at));
    else if (pbjson_is_points(field))
        str_printf(out, "\"%s\"", points_format(n, points));
    else
        str_printf(out, "%" PRId64, n);
}

static void write_enum(struct str *out, const ProtobufCFieldDescriptor *field, int n)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(field->descriptor, n);

    if (!value) {
        str_printf(out, "%d", n); /* a newer service's value: shown as it is */
        return;
    }
    str_add_char(out, '"');
    pbjson_enum_word(out, value);
    str_add_char(out, '"');
}

static void write_hex(struct str *out, const ProtobufCBinaryData *bytes)
{
    char pair[3];

    str_add_char(out, '"');
    for (size_t i = 0; i < bytes->len; i++)
        str_add(out, hex_format(bytes->data + i, 1, pair));
    str_add_char(out, '"');
}

static void write_string(struct str *out, const char *text)
{
    pbjson_write_text(out, text ? text : "", text ? strlen(text) : 0);
}

/* One value; @member points at it inside the message or its list. */
static void write_value(struct str *out, const ProtobufCFieldDescriptor *field, const void *member)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
        str_printf(out, "%" PRId32, *(const int32_t *)member);
        break;
    case PROTOBUF_C_TYPE_INT64:
        write_integer(out, field, *(const int64_t *)member);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        str_add(out, *(const protobuf_c_boolean *)member ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        write_enum(out, field, *(const int *)member);
        break;
    case PROTOBUF_C_TYPE_STRING:
        write_string(out, *(char *const *)member);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        write_hex(out, member);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        pbjson_write(out, *(ProtobufCMessage *const *)member);
        break;
    default:
        CHECK(!"a kind of field this project does not use");
    }
}

const void *pbjson_member(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (const char *)message + field->offset;
}

bool pbjson_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->label != PROTOBUF_C_LABEL_OPTIONAL)
        return true;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const void *value = *(void *const *)pbjson_member(message, field);

        return value && value != field->default_value;
    }
    return *(const protobuf_c_boolean *)((const char *)message + field->quantifier_offset);
}

static void write_list(struct str *out, const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field)
{
    size_t n = *(const size_t *)((const char *)message + field->quantifier_offset);
    const char *items = *(const char *const *)pbjson_member(message, field);

    str_add_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            str_add_char(out, ',');
        write_value(out, field, items + i * member_size(field));
    }
    str_add_char(out, ']');
}

void pbjson_write(struct str *out, const ProtobufCMessage *message)
{
    bool first = true;

    str_add_char(out, '{');
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];

        if (!pbjson_is_set(message, field))
            continue;
        str_printf(out, "%s\"%.*s\":", first ? "" : ",", pbjson_name_size(field), field->name);
        first = false;
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            write_list(out, message, field);
        else
            write_value(out, field, pbjson_member(message, field));
    }
    str_add_char(out, '}');
}
