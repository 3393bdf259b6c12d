/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/programme/shape.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/points.h"
#include "common/base/str.h"
#include "common/base/banned.h"

enum { MAX_SHOWN = 60 };

#define FAULT(r, node, path, ...) \
    shape_finding((r), (node)->line, (node)->column, (path), __VA_ARGS__)

/* ---- scalars ---- */

/* What stands there, short enough for a sentence. */
static const char *shown(struct reading *r, const struct ynode *n)
{
    size_t size = strlen(n->text);

    if (size <= MAX_SHOWN)
        return n->text;
    size = MAX_SHOWN;
    while (size && ((unsigned char)n->text[size] & 0xC0) == 0x80)
        size--;
    return arena_printf(r->arena, "%.*s...", (int)size, n->text);
}

static int word_index(const char *const *words, const char *text)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return -1;
}

static const char *word_list(struct reading *r, const char *const *words)
{
    const char *list = words[0];

    for (size_t i = 1; words[i]; i++)
        list = arena_printf(r->arena, "%s, %s", list, words[i]);
    return list;
}

static bool is_scalar(struct reading *r, const struct ynode *n, const char *path, const char *what)
{
    if (n->kind != YNODE_SCALAR)
        FAULT(r, n, path, "must be %s, not a %s", what, n->kind == YNODE_MAP ? "map" : "list");
    return n->kind == YNODE_SCALAR;
}

static bool read_text(struct reading *r, const struct ynode *n, const char *path,
                      const char *const *words, const char **ret)
{
    if (!is_scalar(r, n, path, "text"))
        return false;
    if (!*n->text) {
        FAULT(r, n, path, "must not be empty");
        return false;
    }
    if (words && word_index(words, n->text) < 0) {
        FAULT(r, n, path, "%s is not known here; one of: %s", shown(r, n), word_list(r, words));
        return false;
    }
    *ret = n->text;
    return true;
}

static bool read_whole(struct reading *r, const struct ynode *n, const char *path,
                       const struct shape_row *row, int *ret)
{
    char *end;
    long value;

    if (!is_scalar(r, n, path, "a whole number"))
        return false;
    errno = 0;
    value = strtol(n->text, &end, 10);
    if (n->quoted || !*n->text || *end || strchr(" +\t\n\v\f\r", *n->text)) {
        FAULT(r, n, path, "must be a whole number, not \"%s\"", shown(r, n));
        return false;
    }
    if (errno || value < row->low || value > row->high) {
        FAULT(r, n, path, "must be between %lld and %lld, not %s", (long long)row->low,
              (long long)row->high, shown(r, n));
        return false;
    }
    *ret = (int)value;
    return true;
}

static bool read_points(struct reading *r, const struct ynode *n, const char *path,
                        const struct shape_row *row, int64_t *ret)
{
    char low[POINTS_TEXT], high[POINTS_TEXT];

    if (!is_scalar(r, n, path, "a number of points"))
        return false;
    if (n->quoted || points_parse(n->text, ret) != 0) {
        FAULT(r, n, path, "must be points with at most 3 decimals, not \"%s\"", shown(r, n));
        return false;
    }
    if (*ret < row->low || *ret > row->high) {
        FAULT(r, n, path, "must be between %s and %s, not %s", points_format(row->low, low),
              points_format(row->high, high), shown(r, n));
        return false;
    }
    return true;
}

static bool read_day(struct reading *r, const struct ynode *n, const char *path, int32_t *ret)
{
    if (!is_scalar(r, n, path, "a date"))
        return false;
    if (day_parse(n->text, ret) != 0) {
        FAULT(r, n, path, "%s is not a date of the calendar (YYYY-MM-DD)", shown(r, n));
        return false;
    }
    return true;
}

static bool read_bool(struct reading *r, const struct ynode *n, const char *path, bool *ret)
{
    if (!is_scalar(r, n, path, "true or false"))
        return false;
    if (n->quoted || (strcmp(n->text, "true") != 0 && strcmp(n->text, "false") != 0)) {
        FAULT(r, n, path, "must be true or false, not \"%s\"", shown(r, n));
        return false;
    }
    *ret = strcmp(n->text, "true") == 0;
    return true;
}

static bool read_enum(struct reading *r, const struct ynode *n, const char *path,
                      const char *const *words, int *ret)
{
    const char *text;

    if (!read_text(r, n, path, words, &text))
        return false;
    *ret = word_index(words, text) + 1;
    return true;
}

/* ---- lists ---- */

static bool is_list(struct reading *r, const struct ynode *n, const char *path,
                    const struct shape_row *row)
{
    if (n->kind != YNODE_LIST) {
        FAULT(r, n, path, "must be a list");
        return false;
    }
    if (!n->n_items && !row->may_be_empty) {
        FAULT(r, n, path, "must not be empty");
        return false;
    }
    return true;
}

static const char *item_path(struct reading *r, const char *path, size_t i)
{
    return arena_printf(r->arena, "%s[%zu]", path, i);
}

static bool read_texts(struct reading *r, const struct ynode *n, const char *path,
                       const struct shape_row *row, struct texts *ret)
{
    bool one = row->kind == SHAPE_VALUES && n->kind == YNODE_SCALAR;
    bool whole = true;

    if (!one && !is_list(r, n, path, row))
        return false;
    ret->n = one ? 1 : n->n_items;
    ret->items = arena_new_array(r->arena, const char *, ret->n);
    for (size_t i = 0; i < ret->n; i++) {
        const struct ynode *item = one ? n : n->items[i];
        const char *at = one ? path : item_path(r, path, i);

        if (read_text(r, item, at, row->words, &ret->items[i]))
            shape_remember(r, &ret->items[i], item, at);
        else
            whole = false;
    }
    return whole;
}

static bool read_numbers(struct reading *r, const struct ynode *n, const char *path,
                         const struct shape_row *row, int **ret_items, size_t *ret_n)
{
    bool whole = true;

    if (!is_list(r, n, path, row))
        return false;
    *ret_n = n->n_items;
    *ret_items = arena_new_array(r->arena, int, n->n_items);
    for (size_t i = 0; i < n->n_items; i++) {
        int *item = &(*ret_items)[i];
        const char *at = item_path(r, path, i);

        if (row->kind == SHAPE_ENUMS ? read_enum(r, n->items[i], at, row->words, item)
                                     : read_whole(r, n->items[i], at, row, item))
            shape_remember(r, item, n->items[i], at);
        else
            whole = false;
    }
    return whole;
}

static bool read_list(struct reading *r, const struct ynode *n, const char *path,
                      const struct shape_row *row, void **ret_items, size_t *ret_n)
{
    char *items;

    if (!is_list(r, n, path, row))
        return false;
    items = arena_zalloc(r->arena, row->shape->size * (n->n_items ? n->n_items : 1));
    *ret_items = items;
    *ret_n = n->n_items;
    for (size_t i = 0; i < n->n_items; i++)
        shape_read(r, n->items[i], item_path(r, path, i), row->shape, items + i * row->shape->size);
    return true;
}

/* What is not kept is still checked where the row says how. */
static void check_note(struct reading *r, const struct ynode *n, const char *path,
                       const struct shape_row *row)
{
    const char *text;
    void *items;
    size_t count;

    if (row->shape)
        (void)read_list(r, n, path, row, &items, &count);
    else
        (void)read_text(r, n, path, row->words, &text);
}

/* ---- maps ---- */

static bool read_field(struct reading *r, const struct ynode *n, const char *path,
                       const struct shape_row *row, char *into)
{
    void *field = into + row->offset;
    size_t *count = (size_t *)(into + row->count_offset);

    switch (row->kind) {
    case SHAPE_NOTE:
        check_note(r, n, path, row);
        return false;
    case SHAPE_TEXT:
    case SHAPE_WORD:
        return read_text(r, n, path, row->words, field);
    case SHAPE_ENUM:
        return read_enum(r, n, path, row->words, field);
    case SHAPE_INT:
        return read_whole(r, n, path, row, field);
    case SHAPE_POINTS:
        return read_points(r, n, path, row, field);
    case SHAPE_DAY:
        return read_day(r, n, path, field);
    case SHAPE_BOOL:
        return read_bool(r, n, path, field);
    case SHAPE_TEXTS:
    case SHAPE_VALUES:
        return read_texts(r, n, path, row, field);
    case SHAPE_INTS:
    case SHAPE_ENUMS:
        return read_numbers(r, n, path, row, field, count);
    case SHAPE_LIST:
        return read_list(r, n, path, row, field, count);
    case SHAPE_MAP:
        shape_read(r, n, path, row->shape, field);
        return false; /* a map has no place of its own: its address is its first field's */
    }
    CHECK(!"a kind of field");
    return false;
}

static void unknown_keys(struct reading *r, const struct ynode *map, const char *path,
                         const struct shape *shape)
{
    for (size_t i = 0; i < map->n_items; i++) {
        const struct ynode *n = map->items[i];
        const struct shape_row *row = shape->rows;

        while (row->key && strcmp(row->key, n->key) != 0)
            row++;
        if (!row->key)
            shape_finding(r, n->key_line, n->key_column, path, "\"%.60s\" is not a key known here",
                          n->key);
    }
}

static const struct ynode *required_key(struct reading *r, const struct ynode *map,
                                        const char *path, const char *key)
{
    const struct ynode *n = ynode_get(map, key);

    if (!n)
        FAULT(r, map, path, "\"%s\" is missing", key);
    return n;
}

void shape_read(struct reading *r, const struct ynode *node, const char *path,
                const struct shape *shape, void *into)
{
    if (node->kind != YNODE_MAP) {
        FAULT(r, node, path, "must be a map of keys and values");
        return;
    }
    unknown_keys(r, node, path, shape);
    for (const struct shape_row *row = shape->rows; row->key; row++) {
        const struct ynode *n =
            row->required ? required_key(r, node, path, row->key) : ynode_get(node, row->key);
        const char *at;

        if (!n && row->kind == SHAPE_ENUM)
            *(int *)((char *)into + row->offset) = (int)row->low;
        if (!n)
            continue;
        at = *path ? arena_printf(r->arena, "%s.%s", path, row->key) : row->key;
        if (read_field(r, n, at, row, into))
            shape_remember(r, (char *)into + row->offset, n, at);
    }
}
