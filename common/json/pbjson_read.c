/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading: jansson checks the text (syntax, UTF-8, doubled names), we walk its tree by the
 * descriptor. The depth of the walk is the descriptor's, not the text's. What is wrong is noted by
 * pbjson_bad() and the walk goes on behind it; each step tells its caller the first fault it met.
 */
#include "common/json/member.h"

#include <jansson.h>
#include <string.h>

#include "common/base/banned.h"

const ProtobufCFieldDescriptor *pbjson_field(const ProtobufCMessageDescriptor *descriptor,
                                             const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(descriptor, name);
}

const ProtobufCFieldDescriptor *pbjson_member_named(const ProtobufCMessageDescriptor *descriptor,
                                                    const char *name)
{
    size_t size = strlen(name);

    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];

        if ((size_t)pbjson_name_size(field) == size && memcmp(field->name, name, size) == 0)
            return field;
    }
    return NULL;
}

static struct pbjson *begin_at(struct arena *a, const ProtobufCMessageDescriptor *descriptor,
                               const struct place *place, struct faults *faults)
{
    struct pbjson *b = arena_new_one(a, struct pbjson);

    b->a = a;
    b->faults = faults;
    b->place = place;
    b->set = arena_zalloc(a, descriptor->n_fields + 1);
    b->message = arena_zalloc(a, descriptor->sizeof_message);
    descriptor->message_init(b->message);
    return b;
}

struct pbjson *pbjson_begin(struct arena *a, const ProtobufCMessageDescriptor *descriptor)
{
    return begin_at(a, descriptor, NULL, arena_new_one(a, struct faults));
}

/* ---- values from JSON ---- */

/* The first of several faults is the one that is told. */
static int keep_first(int before, int now, const struct pbjson_fault *fault,
                      struct pbjson_fault *first)
{
    if (now && !before)
        *first = *fault;
    return before ? before : now;
}

static int read_object(struct pbjson *b, json_t *object, struct pbjson_fault *fault);
static int finish(struct pbjson *b, struct pbjson_fault *fault);

static int message_value(const struct pbjson *b, const struct place *place,
                         const ProtobufCFieldDescriptor *field, json_t *json,
                         union value *ret_value, struct pbjson_fault *fault)
{
    struct pbjson_fault missing;
    struct pbjson *inner;
    int r;

    if (!json_is_object(json))
        return pbjson_bad(b, place, reason_type_object, NULL, NULL, fault);
    inner = begin_at(b->a, field->descriptor, place, b->faults);
    r = read_object(inner, json, fault);
    r = keep_first(r, finish(inner, &missing), &missing, fault);
    ret_value->message = inner->message;
    return r;
}

static int integer_from_json(const struct pbjson *b, const struct place *place,
                             const ProtobufCFieldDescriptor *field, json_t *json,
                             union value *ret_value, struct pbjson_fault *fault)
{
    int64_t n = 0;
    int r = 0;

    if (json_is_integer(json))
        n = json_integer_value(json);
    else if (json_is_string(json))
        r = pbjson_integer_text(b, place, json_string_value(json), &n, fault);
    else
        return pbjson_bad(b, place, reason_type_integer, NULL, NULL, fault);
    return r ? r : pbjson_integer(b, place, field, n, ret_value, fault);
}

static int value_from_json(const struct pbjson *b, const struct place *place,
                           const ProtobufCFieldDescriptor *field, json_t *json,
                           union value *ret_value, struct pbjson_fault *fault)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        return message_value(b, place, field, json, ret_value, fault);
    case PROTOBUF_C_TYPE_BOOL:
        if (!json_is_boolean(json))
            return pbjson_bad(b, place, reason_type_boolean, NULL, NULL, fault);
        ret_value->flag = json_is_true(json);
        return 0;
    case PROTOBUF_C_TYPE_INT32:
        return integer_from_json(b, place, field, json, ret_value, fault);
    case PROTOBUF_C_TYPE_INT64:
        if (pbjson_is_points(field) && !json_is_string(json))
            return pbjson_bad(b, place, reason_type_points, NULL, NULL, fault);
        if (!pbjson_is_instant(field) && !pbjson_is_points(field))
            return integer_from_json(b, place, field, json, ret_value, fault);
        break;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_BYTES:
        break;
    default:
        CHECK(!"a kind of field this project does not use");
    }
    if (!json_is_string(json))
        return pbjson_bad(b, place, reason_type_text, NULL, NULL, fault);
    return pbjson_text_value(b, place, field, json_string_value(json), ret_value, fault);
}

static int read_list(struct pbjson *b, const struct place *place,
                     const ProtobufCFieldDescriptor *field, json_t *json,
                     struct pbjson_fault *fault)
{
    char *base = (char *)b->message;
    size_t n, size = member_size(field);
    char *items;
    int r = 0;

    if (!json_is_array(json))
        return pbjson_bad(b, place, reason_type_list, NULL, NULL, fault);
    n = json_array_size(json);
    items = arena_zalloc(b->a, n * size + 1);
    for (size_t i = 0; i < n; i++) {
        struct place item = {.up = place, .index = i};
        struct pbjson_fault wrong;
        union value value = {0};
        int bad = value_from_json(b, &item, field, json_array_get(json, i), &value, &wrong);

        r = keep_first(r, bad, &wrong, fault);
        memcpy(items + i * size, &value, size);
    }
    *(size_t *)(base + field->quantifier_offset) = n;
    *(void **)(base + field->offset) = items;
    return r;
}

/* ---- members ---- */

static bool same_value(const ProtobufCFieldDescriptor *field, const void *member,
                       const union value *value)
{
    const ProtobufCBinaryData *bytes = member;

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return strcmp(*(char *const *)member, value->text) == 0;
    case PROTOBUF_C_TYPE_BYTES:
        return bytes->len == value->bytes.len &&
               memcmp(bytes->data, value->bytes.data, bytes->len) == 0;
    default:
        return memcmp(member, value, member_size(field)) == 0;
    }
}

/* Store a single value, or compare it with the one that was given before. */
static int store(struct pbjson *b, const struct place *place, const ProtobufCFieldDescriptor *field,
                 const union value *value, unsigned char by, struct pbjson_fault *fault)
{
    unsigned char *set = &b->set[field - b->message->descriptor->fields];
    char *member = (char *)b->message + field->offset;

    if (*set)
        return *set == SET_BADLY || same_value(field, member, value)
                   ? 0
                   : pbjson_bad(b, place, reason_field_disagrees, NULL, NULL, fault);
    *set = by;
    memcpy(member, value, member_size(field));
    if (field->label == PROTOBUF_C_LABEL_OPTIONAL && field->type != PROTOBUF_C_TYPE_STRING &&
        field->type != PROTOBUF_C_TYPE_MESSAGE)
        *(protobuf_c_boolean *)((char *)b->message + field->quantifier_offset) = 1;
    return 0;
}

/* A value that cannot be had was given all the same: it is not missing. */
static int set_badly(struct pbjson *b, const ProtobufCFieldDescriptor *field)
{
    b->set[field - b->message->descriptor->fields] = SET_BADLY;
    return PBJSON_E_BAD;
}

static int read_member(struct pbjson *b, const char *name, json_t *json, struct pbjson_fault *fault)
{
    const ProtobufCFieldDescriptor *field = pbjson_member_named(b->message->descriptor, name);
    struct place here = {.up = b->place, .name = name};
    union value value = {0};
    int r;

    if (!field)
        return pbjson_bad(b, &here, reason_field_unknown, NULL, NULL, fault);
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        unsigned char *set = &b->set[field - b->message->descriptor->fields];

        if (*set)
            return pbjson_bad(b, &here, reason_field_disagrees, NULL, NULL, fault);
        *set = SET_BY_JSON;
        return read_list(b, &here, field, json, fault);
    }
    r = value_from_json(b, &here, field, json, &value, fault);
    return r ? set_badly(b, field) : store(b, &here, field, &value, SET_BY_JSON, fault);
}

static int read_object(struct pbjson *b, json_t *object, struct pbjson_fault *fault)
{
    const char *name;
    json_t *json;
    int r = 0;

    json_object_foreach(object, name, json)
    {
        struct pbjson_fault wrong;

        r = keep_first(r, read_member(b, name, json, &wrong), &wrong, fault);
    }
    return r;
}

static int syntax_fault(const struct pbjson *b, const json_error_t *e, struct pbjson_fault *fault)
{
    char line[16], column[16];
    enum reason reason = reason_json_bad;

    b->faults->unreadable = true;
    snprintf(line, sizeof(line), "%d", e->line > 0 ? e->line : 1);
    snprintf(column, sizeof(column), "%d", e->column > 0 ? e->column : 1);
    if (json_error_code(e) == json_error_invalid_utf8)
        reason = reason_json_not_utf8;
    else if (json_error_code(e) == json_error_duplicate_key)
        reason = reason_json_duplicate_key;
    return pbjson_bad(b, b->place, reason, line, column, fault);
}

int pbjson_json(struct pbjson *b, const char *text, size_t size, struct pbjson_fault *ret_fault)
{
    size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* RFC 8259, 8.1 */
    json_error_t e;
    json_t *root =
        json_loadb(text + mark, size - mark, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    int r;

    if (!root)
        return syntax_fault(b, &e, ret_fault);
    if (json_is_object(root)) {
        r = read_object(b, root, ret_fault);
    } else {
        b->faults->unreadable = true;
        r = pbjson_bad(b, b->place, reason_json_not_object, NULL, NULL, ret_fault);
    }
    json_decref(root);
    return r;
}

/* One more item at the end of a list; lists from queries are short, so each step copies. */
static void append(struct pbjson *b, const ProtobufCFieldDescriptor *field,
                   const union value *value)
{
    size_t *n = (size_t *)((char *)b->message + field->quantifier_offset);
    char **items = (char **)((char *)b->message + field->offset);
    size_t size = member_size(field);
    char *longer = arena_alloc(b->a, (*n + 1) * size);

    if (*n)
        memcpy(longer, *items, *n * size);
    memcpy(longer + *n * size, value, size);
    *items = longer;
    ++*n;
    b->set[field - b->message->descriptor->fields] = SET_BY_TEXT;
}

int pbjson_text(struct pbjson *b, const char *name, const char *value,
                struct pbjson_fault *ret_fault)
{
    const ProtobufCFieldDescriptor *field = pbjson_member_named(b->message->descriptor, name);
    struct place here = {.up = b->place, .name = name};
    union value parsed = {0};
    int r;

    if (!field)
        return pbjson_bad(b, &here, reason_field_unknown, NULL, NULL, ret_fault);
    r = pbjson_value_text(b, &here, field, value, &parsed, ret_fault);
    if (r)
        return set_badly(b, field);
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        append(b, field, &parsed);
        return 0;
    }
    return store(b, &here, field, &parsed, SET_BY_TEXT, ret_fault);
}

/* What is required here and was not given. */
static int finish(struct pbjson *b, struct pbjson_fault *fault)
{
    const ProtobufCMessageDescriptor *d = b->message->descriptor;
    int r = 0;

    for (unsigned i = 0; i < d->n_fields; i++) {
        struct place here = {.up = b->place};
        struct pbjson_fault wrong;

        if (d->fields[i].label != PROTOBUF_C_LABEL_REQUIRED || b->set[i])
            continue;
        here.name = arena_strndup(b->a, d->fields[i].name, (size_t)pbjson_name_size(&d->fields[i]));
        r = keep_first(r, pbjson_bad(b, &here, reason_field_missing, NULL, NULL, &wrong), &wrong,
                       fault);
    }
    return r;
}

int pbjson_finish(struct pbjson *b, ProtobufCMessage **ret_message, struct pbjson_fault *ret_fault)
{
    if (!b->faults->unreadable && finish(b, ret_fault) == 0 && !b->faults->n) {
        *ret_message = b->message;
        return 0;
    }
    *ret_fault = *b->faults->first;
    return PBJSON_E_BAD;
}

int pbjson_read(struct arena *a, const ProtobufCMessageDescriptor *descriptor, const char *text,
                size_t size, ProtobufCMessage **ret_message, struct pbjson_fault *ret_fault)
{
    struct pbjson *b = pbjson_begin(a, descriptor);
    int r = pbjson_json(b, text, size, ret_fault);

    return r < 0 ? r : pbjson_finish(b, ret_message, ret_fault);
}
