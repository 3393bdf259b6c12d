/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json/field.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/points.h"
#include "common/base/str.h"
#include "common/json/pbjson.h"

#include "common/base/banned.h"

enum { LONGEST_VALUE = 120 };

/* Whether it is one value, not a list, and given. */
static bool is_single(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    return f->label != PROTOBUF_C_LABEL_REPEATED && pbjson_is_set(m, f);
}

static const ProtobufCMessage *sub(const ProtobufCMessage *m, const char *name, size_t n)
{
    char buf[64];
    const ProtobufCFieldDescriptor *f;

    if (n >= sizeof(buf))
        return NULL;
    memcpy(buf, name, n);
    buf[n] = 0;
    f = protobuf_c_message_descriptor_get_field_by_name(m->descriptor, buf);
    if (!f || f->type != PROTOBUF_C_TYPE_MESSAGE || !is_single(m, f))
        return NULL;
    return *(ProtobufCMessage *const *)pbjson_member(m, f);
}

const ProtobufCMessage *field_message(const ProtobufCMessage *m, const char *path)
{
    while (m && path && *path) {
        size_t n = strcspn(path, ".");

        m = sub(m, path, n);
        path += path[n] ? n + 1 : n;
    }
    return m;
}

/* A repeated field at a dotted @path, of @type; NULL if there is none, or another. */
static const void *repeated(const ProtobufCMessage *m, const char *path, ProtobufCType type,
                            size_t *ret_n)
{
    const char *dot = strrchr(path, '.');
    const char *name = dot ? dot + 1 : path;
    const ProtobufCFieldDescriptor *f;

    *ret_n = 0;
    if (dot)
        m = sub(m, path, (size_t)(dot - path));
    f = m ? protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name) : NULL;
    if (!f || f->type != type || f->label != PROTOBUF_C_LABEL_REPEATED)
        return NULL;
    *ret_n = *(const size_t *)((const char *)m + f->quantifier_offset);
    return *(const void *const *)pbjson_member(m, f);
}

ProtobufCMessage *const *field_items(const ProtobufCMessage *m, const char *path, size_t *ret_n)
{
    return repeated(m, path, PROTOBUF_C_TYPE_MESSAGE, ret_n);
}

const char *const *field_texts(const ProtobufCMessage *m, const char *path, size_t *ret_n)
{
    return repeated(m, path, PROTOBUF_C_TYPE_STRING, ret_n);
}

static bool ends_in(const char *name, const char *end)
{
    size_t n = strlen(name), k = strlen(end);

    return n >= k && strcmp(name + n - k, end) == 0;
}

static const char *int_text(struct arena *a, const char *name, int64_t n)
{
    char buf[INSTANT_TEXT > POINTS_TEXT ? INSTANT_TEXT : POINTS_TEXT];

    if (ends_in(name, "_at"))
        return arena_strdup(a, instant_format(n, buf));
    if (ends_in(name, "_milli"))
        return arena_strdup(a, points_format(n, buf));
    return arena_printf(a, "%lld", (long long)n);
}

static const char *scalar_text(struct arena *a, const ProtobufCMessage *m,
                               const ProtobufCFieldDescriptor *f)
{
    const void *p = pbjson_member(m, f);

    if (!is_single(m, f))
        return NULL;
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
        return *(char *const *)p;
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)p ? "true" : "false";
    case PROTOBUF_C_TYPE_ENUM:
        return pbjson_enum_text(a, f, *(const int *)p);
    case PROTOBUF_C_TYPE_INT32:
        return int_text(a, f->name, *(const int32_t *)p);
    case PROTOBUF_C_TYPE_INT64:
        return int_text(a, f->name, *(const int64_t *)p);
    default:
        return NULL;
    }
}

const char *field_text(struct arena *a, const ProtobufCMessage *m, const char *name)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name);

    return f ? scalar_text(a, m, f) : NULL;
}

const char *field_summary(struct arena *a, const ProtobufCMessage *m)
{
    struct str __attribute__((cleanup(str_releasep))) text = STR_INIT;

    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
        const char *value =
            ends_in(f->name, "_id") || strcmp(f->name, "name") == 0 ? NULL : scalar_text(a, m, f);

        if (!value || !*value || strlen(value) > LONGEST_VALUE)
            continue;
        str_printf(&text, "%s%s=%s", text.size ? "; " : "", f->name, value);
    }
    return arena_strdup(a, text.text);
}

const char *field_text_at(struct arena *a, const ProtobufCMessage *m, const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL, *text;

    if (dot)
        m = field_message(m, arena_strndup(a, path, (size_t)(dot - path)));
    text = path && m ? field_text(a, m, dot ? dot + 1 : path) : NULL;
    return text && *text ? text : NULL;
}
