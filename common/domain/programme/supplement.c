/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/programme/supplement.h"

#include <errno.h>
#include <string.h>

#include "common/base/str.h"

#include "common/base/banned.h"

/* ---- the differences ---- */

struct comparing {
    struct arena *arena;
    struct programme_difference *found;
    size_t n, room;
};

static void add(struct comparing *c, const char *path, const char *before, const char *after)
{
    if (c->n == c->room) {
        struct programme_difference *grown;

        c->room = c->room ? c->room * 2 : 16;
        grown = arena_new_array(c->arena, struct programme_difference, c->room);
        if (c->n)
            memcpy(grown, c->found, c->n * sizeof(*grown));
        c->found = grown;
    }
    c->found[c->n++] = (struct programme_difference){path, before, after};
}

/* What an entry of a list is called: its id or name, else its place. */
static const char *name_of(struct arena *a, const struct ynode *parent, size_t i)
{
    static const char *const keys[] = {"id", "name", "category", "subject"};
    const struct ynode *item = parent->items[i];

    if (parent->kind == YNODE_MAP)
        return item->key;
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        const struct ynode *name = ynode_get(item, keys[k]);

        if (name && name->kind == YNODE_SCALAR)
            return name->text;
    }
    return arena_printf(a, "%zu", i);
}

static const struct ynode *child(struct arena *a, const struct ynode *parent, const char *name)
{
    for (size_t i = 0; parent && parent->kind != YNODE_SCALAR && i < parent->n_items; i++)
        if (str_equal(name_of(a, parent, i), name))
            return parent->items[i];
    return NULL;
}

/* The names of the entries of @of that @other has, too, in their order. */
static const char *order_of(struct arena *a, const struct ynode *of, const struct ynode *other)
{
    const char *text = "";

    for (size_t i = 0; i < of->n_items; i++) {
        const char *name = name_of(a, of, i);

        if (child(a, other, name))
            text = arena_printf(a, "%s%s%s", text, *text ? ", " : "", name);
    }
    return text;
}

static const char *scalar(const struct ynode *n)
{
    return !n ? NULL : n->kind == YNODE_SCALAR ? n->text : n->kind == YNODE_MAP ? "{}" : "[]";
}

static bool has_entries(const struct ynode *n)
{
    return n && n->kind != YNODE_SCALAR && n->n_items > 0;
}

static void compare(struct comparing *c, const char *path, const struct ynode *before,
                    const struct ynode *after) // NOLINT(misc-no-recursion): yaml.h bounds the depth
{
    bool entries = has_entries(before) || has_entries(after);

    if (!entries || (before && after && before->kind != after->kind)) {
        if (!str_equal(scalar(before), scalar(after)))
            add(c, path, scalar(before), scalar(after));
        return;
    }
    if (before && after && before->kind == YNODE_LIST) {
        const char *was = order_of(c->arena, before, after),
                   *is = order_of(c->arena, after, before);

        if (!str_equal(was, is))
            add(c, path, was, is);
    }
    for (size_t i = 0; before && i < before->n_items; i++) {
        const char *name = name_of(c->arena, before, i);

        compare(c, arena_printf(c->arena, "%s%s%s", path, *path ? "/" : "", name), before->items[i],
                child(c->arena, after, name));
    }
    for (size_t i = 0; after && i < after->n_items; i++) {
        const char *name = name_of(c->arena, after, i);

        if (!child(c->arena, before, name))
            compare(c, arena_printf(c->arena, "%s%s%s", path, *path ? "/" : "", name), NULL,
                    after->items[i]);
    }
}

int programme_differences(struct arena *a, const char *before, const char *after,
                          struct programme_difference **ret_differences, size_t *ret_n)
{
    struct comparing c = {.arena = a};
    struct ynode *old, *new;
    struct errtext e;
    int line, column;

    if (yaml_parse(a, before, strlen(before), &old, &line, &column, &e) != 0 ||
        yaml_parse(a, after, strlen(after), &new, &line, &column, &e) != 0)
        return err_raise(-EBADMSG);
    compare(&c, "", old, new);
    *ret_differences = c.found;
    *ret_n = c.n;
    return 0;
}

/* ---- what is allowed ---- */

static const struct programme_stage *stage_by_id(const struct programme *p, const char *id,
                                                 size_t size)
{
    for (size_t i = 0; i < p->n_stages; i++)
        if (strlen(p->stages[i].id) == size && strncmp(p->stages[i].id, id, size) == 0)
            return &p->stages[i];
    return NULL;
}

static bool stage_may(const struct programme_stage *was, const struct programme_stage *is,
                      const char *what, int32_t today)
{
    if (!is)
        return false;
    if (!was)
        return is->to_day >= today;
    if (str_equal(what, "to"))
        return is->to_day > was->to_day && is->to_day >= today;
    if (str_equal(what, "from"))
        return was->from_day > today && is->from_day > was->from_day;
    if (str_equal(what, "grace_days"))
        return is->grace_days > was->grace_days;
    return str_equal(what, "source") || str_equal(what, "decision");
}

static bool may_differ(const struct programme *before, const struct programme *after,
                       const struct programme_difference *d, int32_t today)
{
    const char *id, *slash;

    if (strncmp(d->path, "documents/", 10) == 0)
        return !d->before;
    if (strncmp(d->path, "stages/", 7) != 0)
        return false;
    id = d->path + 7;
    slash = strchr(id, '/');
    return slash && stage_may(stage_by_id(before, id, (size_t)(slash - id)),
                              stage_by_id(after, id, (size_t)(slash - id)), slash + 1, today);
}

const struct programme_difference *
supplement_forbids(const struct programme *before, const struct programme *after,
                   const struct programme_difference *differences, size_t n, int32_t today)
{
    for (size_t i = 0; i < n; i++)
        if (!may_differ(before, after, &differences[i], today))
            return &differences[i];
    return NULL;
}
