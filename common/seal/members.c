/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/members.h"

#include <string.h>

#include "common/base/banned.h"

static bool read_hash(const json_t *value, void *to)
{
    const char *text = json_string_value(value);

    return text && hex_parse(text, to, DIGEST_SIZE) == 0;
}

static bool read_int(const json_t *value, int64_t low, int64_t *to)
{
    if (!json_is_integer(value) || json_integer_value(value) < low)
        return false;
    *to = json_integer_value(value);
    return true;
}

static bool read_text(const json_t *value, const char **to)
{
    if (!json_is_string(value))
        return false;
    *to = json_string_value(value);
    return true;
}

static bool read_any(json_t *value, bool good, json_t **to)
{
    if (good)
        *to = value;
    return good;
}

static bool read_one(const struct member *m, json_t *value)
{
    switch (m->kind) {
    case MEMBER_IS:
        return str_equal(json_string_value(value), m->to);
    case MEMBER_TEXT:
        return read_text(value, m->to);
    case MEMBER_NAME:
        return seal_name_set(m->to, json_string_value(value)) == 0;
    case MEMBER_INT:
        return read_int(value, INT64_MIN, m->to);
    case MEMBER_SEQ:
        return read_int(value, 1, m->to);
    case MEMBER_HASH:
        return read_hash(value, m->to);
    case MEMBER_ALGORITHM:
        return digest_by_name(json_string_value(value), m->to) == 0;
    case MEMBER_LIST:
        return read_any(value, json_is_array(value), m->to);
    case MEMBER_ANY:
        return read_any(value, true, m->to);
    }
    return false;
}

static bool is_known(const char *name, const struct member *members, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(members[i].name, name) == 0)
            return true;
    return false;
}

int members_read(const json_t *object, const struct member *members, size_t n, struct errtext *e)
{
    const char *name;
    json_t *value;

    if (!json_is_object(object)) {
        errtext_set(e, "no object");
        return SEAL_E_FORM;
    }
    json_object_foreach((json_t *)object, name, value) if (!is_known(name, members, n))
    {
        errtext_set(e, "unknown member \"%s\"", name);
        return SEAL_E_FORM;
    }
    for (size_t i = 0; i < n; i++) {
        value = json_object_get(object, members[i].name);
        if (!value && members[i].optional)
            continue;
        if (!value || !read_one(&members[i], value)) {
            errtext_set(e, value ? "\"%s\"" : "no \"%s\"", members[i].name);
            return SEAL_E_FORM;
        }
    }
    return 0;
}

int members_parse(const char *text, size_t size, json_t **ret_object, struct errtext *e)
{
    json_error_t error;
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);

    if (!object) {
        errtext_set(e, "%s", error.text);
        return SEAL_E_FORM;
    }
    *ret_object = object;
    return 0;
}

void json_add_text(struct str *out, const char *text)
{
    str_add_char(out, '"');
    for (const char *p = text; *p; p++)
        if (*p == '"' || *p == '\\')
            str_printf(out, "\\%c", *p);
        else if ((unsigned char)*p < 0x20)
            str_printf(out, "\\u%04x", (unsigned)*p);
        else
            str_add_char(out, *p);
    str_add_char(out, '"');
}

void json_add_hex(struct str *out, const void *data, size_t size)
{
    char part[2 * 256 + 1];
    const uint8_t *p = data;

    str_add_char(out, '"');
    while (size) {
        size_t n = size < 256 ? size : 256;

        hex_format(p, n, part);
        str_add_bytes(out, part, 2 * n);
        p += n;
        size -= n;
    }
    str_add_char(out, '"');
}
