/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/names.h"

#include <string.h>

#include "common/json/pbjson.h"
#include "common/text/fields.h"
#include "intake_sql.h"

#include "common/base/banned.h"

static const char *text_of(const ProtobufCMessage *m, const char *name)
{
    const ProtobufCFieldDescriptor *f = pbjson_field(m->descriptor, name);

    return f ? *(char *const *)pbjson_member(m, f) : NULL;
}

static char **texts_of(const ProtobufCMessage *m, const char *name, size_t *ret_n)
{
    const ProtobufCFieldDescriptor *f = pbjson_field(m->descriptor, name);

    *ret_n = f ? *(const size_t *)((const char *)m + f->quantifier_offset) : 0;
    return *ret_n ? *(char **const *)pbjson_member(m, f) : NULL;
}

bool row_confirms(const struct registry_row *row, const char *code)
{
    size_t n;
    char **said = texts_of(row->message, "confirm", &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(said[i], code) == 0)
            return true;
    return false;
}

/* ---- tidying ---- */

/* The bytes of the sign that parts values at @p, 0 if there is none. */
static size_t separator(const char *p)
{
    static const char *const signs[] = {";", ",", "；", "，", "、", "\n"};

    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (strncmp(p, signs[i], strlen(signs[i])) == 0)
            return strlen(signs[i]);
    return 0;
}

/* The values that @text holds, at @out; only blanks between two signs are none. Returns how many. */
static size_t part(struct arena *a, const char *text, char **out)
{
    size_t n = 0;

    for (const char *from = text, *p = text;; p++) {
        size_t sign = separator(p);

        if (*p && !sign)
            continue;
        if (*text_key(a, arena_strndup(a, from, (size_t)(p - from))))
            out[n++] = arena_strndup(a, from, (size_t)(p - from));
        if (!*p)
            return n;
        from = p + sign;
        p = from - 1;
    }
}

static void part_list(struct arena *a, ProtobufCMessage *m, const char *name)
{
    const ProtobufCFieldDescriptor *f = pbjson_field(m->descriptor, name);
    size_t n, n_parts = 0, most = 0;
    char **texts = texts_of(m, name, &n), **parts;

    for (size_t i = 0; i < n; i++)
        most += strlen(texts[i]) + 1;
    if (!n)
        return;
    parts = arena_new_array(a, char *, most);
    for (size_t i = 0; i < n; i++)
        n_parts += part(a, texts[i], parts + n_parts);
    *(size_t *)((char *)m + f->quantifier_offset) = n_parts;
    *(char ***)((char *)m + f->offset) = parts;
}

void names_tidy(struct ctx *c, struct registry_row *row)
{
    ProtobufCMessage *m = (ProtobufCMessage *)row->message; /* in the arena, and ours */
    struct text_field_fault f;

    part_list(c->arena, m, "enterprise_links");
    part_list(c->arena, m, "aliases");
    if (text_fields_clean(c->arena, m, &f) != 0)
        row->fault = (struct fault){
            reason_text_character,
            arena_strndup(c->arena, f.field, strcspn(f.field, "/")),
            {arena_strdup(c->arena, f.fault.character),
             arena_printf(c->arena, "%zu", f.fault.place)},
        };
}

/* ---- names that read the same ---- */

struct named {
    struct registry_row *row;
    const char *key;
};

static int by_key(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->key, y->key);

    return order ? order : x->row->line < y->row->line ? -1 : x->row->line > y->row->line;
}

static void warn(struct registry_row *row, const char *other)
{
    row->result = ROW_REFUSED;
    row->fault = (struct fault){reason_name_alike, "name", {text_of(row->message, "name"), other}};
}

/* Compounds of one name are common and told by their codes, managers by their certificates. Of experts nobody shall have two votes. */
static bool is_compared(const struct registry_kind *kind)
{
    return kind == &registry_kinds[REGISTRY_ENTERPRISE] || kind == &registry_kinds[REGISTRY_EXPERT];
}

static size_t take_named(struct ctx *c, struct registry_row **rows, size_t n,
                         struct named *ret_named)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        if ((rows[i]->result == ROW_ADDED || rows[i]->result == ROW_CHANGED) &&
            !rows[i]->fault.reason && !row_confirms(rows[i], "name_alike"))
            ret_named[k++] =
                (struct named){rows[i], text_key(c->arena, text_of(rows[i]->message, "name"))};
    return k;
}

int names_compare(struct ctx *c, const struct registry_kind *kind, struct registry_row **rows,
                  size_t n)
{
    struct named *named = arena_new_array(c->arena, struct named, n + 1);
    const char **ids = arena_new_array(c->arena, const char *, n + 1);
    const char **keys = arena_new_array(c->arena, const char *, n + 1);
    size_t k = is_compared(kind) ? take_named(c, rows, n, named) : 0;
    struct rows *found;
    int r;

    if (!k)
        return 0;
    for (size_t i = 0; i < k; i++) {
        ids[i] = named[i].row->id;
        keys[i] = named[i].key;
    }
    r = sql_query(c->tx, &sql_name_key_alike, &found, T(c->district), T(kind->name), TA(ids, k),
                  TA(keys, k));
    if (r)
        return r;
    for (size_t i = 0; i < k; i++)
        if (rows_text(found, i, "other"))
            warn(named[i].row, rows_text(found, i, "other"));
    qsort(named, k, sizeof(*named), by_key);
    for (size_t i = 1, first = 0; i < k; i++)
        if (strcmp(named[i].key, named[first].key) != 0)
            first = i;
        else if (!named[i].row->fault.reason && strcmp(named[i].row->id, named[first].row->id) != 0)
            warn(named[i].row, named[first].row->id);
    return 0;
}

/* ---- keeping ---- */

void names_keep(struct ctx *c, const struct registry_kind *kind, struct registry_row **rows,
                size_t n)
{
    size_t n_keys = 0, most = n + 1;
    const char **all = arena_new_array(c->arena, const char *, n + 1), **ids, **keys;

    if (!n || !pbjson_field(kind->message, "name"))
        return;
    for (size_t i = 0; i < n; i++) {
        size_t n_aliases;

        all[i] = rows[i]->id;
        texts_of(rows[i]->message, "aliases", &n_aliases);
        most += n_aliases;
    }
    ids = arena_new_array(c->arena, const char *, most);
    keys = arena_new_array(c->arena, const char *, most);
    for (size_t i = 0; i < n; i++) {
        size_t n_aliases;
        char **aliases = texts_of(rows[i]->message, "aliases", &n_aliases);

        ids[n_keys] = rows[i]->id;
        keys[n_keys++] = text_key(c->arena, text_of(rows[i]->message, "name"));
        for (size_t k = 0; k < n_aliases; k++) {
            ids[n_keys] = rows[i]->id;
            keys[n_keys++] = text_key(c->arena, aliases[k]);
        }
    }
    sql_exec(c->tx, &sql_name_key_drop, T(c->district), T(kind->name), TA(all, n));
    sql_exec(c->tx, &sql_name_key_put, T(c->district), T(kind->name), TA(ids, n_keys),
             TA(keys, n_keys));
}

void names_add(struct ctx *c, const char *kind, const char *subject_id, const char *name)
{
    const char *key = text_key(c->arena, name);

    sql_exec(c->tx, &sql_name_key_put, T(c->district), T(kind), TA(&subject_id, 1), TA(&key, 1));
}
