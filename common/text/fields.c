/* SPDX-License-Identifier: Apache-2.0 */
#include "common/text/fields.h"

#include <string.h>

#include "common/base/banned.h"

static const struct row {
    const char *message; /* NULL: of any */
    const char *field;
    enum text_kind kind;
} rows[] = {
#define TEXT(field, kind) {NULL, #field, TEXT_##kind},
#define TEXT_OF(message, field, kind) {#message, #field, TEXT_##kind},
#include "proto/api/texts.def"
#undef TEXT
#undef TEXT_OF
};

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && memcmp(text + n - m, end, m) == 0;
}

enum text_kind text_field_kind(const ProtobufCMessageDescriptor *message, const char *field)
{
    const struct row *of_any = NULL;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].field, field) != 0)
            continue;
        if (!rows[i].message)
            of_any = &rows[i];
        else if (strcmp(rows[i].message, message->name) == 0)
            return rows[i].kind;
    }
    if (of_any)
        return of_any->kind;
    return ends_in(field, "_id") || ends_in(field, "_day") || ends_in(field, "_sha256") ? TEXT_CODE
                                                                                        : TEXT_LINE;
}

/* One value, and what a fault in it is called below its field: "" for a text. */
static int clean_value(struct arena *a, const ProtobufCFieldDescriptor *f, enum text_kind kind,
                       void *value, struct text_field_fault *fault)
{
    char **text = value;
    const char *clean;
    int r;

    if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
        ProtobufCMessage *inner = *(ProtobufCMessage **)value;

        return inner ? text_fields_clean(a, inner, fault) : 0;
    }
    fault->field = "";
    if (!*text)
        return 0;
    r = text_clean(a, kind, *text, &clean, &fault->fault);
    if (r == 0 && clean != *text)
        *text = (char *)clean;
    return r;
}

static const char *below(struct arena *a, const char *at, const char *rest)
{
    return *rest ? arena_printf(a, "%s/%s", at, rest) : at;
}

static int clean_list(struct arena *a, const ProtobufCFieldDescriptor *f, enum text_kind kind,
                      void **list, size_t n, struct text_field_fault *fault)
{
    for (size_t i = 0; i < n; i++) {
        int r = clean_value(a, f, kind, &list[i], fault);

        if (r) {
            fault->field = below(a, arena_printf(a, "%s/%zu", f->name, i), fault->field);
            return r;
        }
    }
    return 0;
}

int text_fields_clean(struct arena *a, ProtobufCMessage *message,
                      struct text_field_fault *ret_fault)
{
    const ProtobufCMessageDescriptor *d = message->descriptor;

    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        char *at = (char *)message + f->offset;
        enum text_kind kind;
        int r;

        if (f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        kind = text_field_kind(d, f->name);
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n = *(const size_t *)((const char *)message + f->quantifier_offset);

            r = clean_list(a, f, kind, *(void ***)at, n, ret_fault);
        } else {
            r = clean_value(a, f, kind, at, ret_fault);
            if (r)
                ret_fault->field = below(a, f->name, ret_fault->field);
        }
        if (r)
            return r;
    }
    return 0;
}
