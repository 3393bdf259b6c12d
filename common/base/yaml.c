/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/yaml.h"

#include <string.h>
#include <yaml.h>

#include "common/base/banned.h"

enum { MAX_DEPTH = 32, MAX_SIZE = 4 * 1024 * 1024 };

/* A map or list whose children are still arriving. */
struct frame {
    struct ynode *node;
    size_t room;
    struct ynode *key; /* of a map: a key that waits for its value */
};

struct reader {
    struct arena *arena;
    yaml_parser_t parser;
    struct frame stack[MAX_DEPTH];
    int depth;
    struct ynode *root;
    bool ended; /* the document's end was seen */
    int line, column;
    struct errtext *e;
};

static int refuse(struct reader *r, yaml_mark_t at, const char *why, const char *what)
{
    r->line = (int)at.line + 1;
    r->column = (int)at.column + 1;
    errtext_set(r->e, what ? "%s: %.200s" : "%s", why, what);
    return YAML_E_SYNTAX;
}

/* Bytes that are not UTF-8 are reported by their offset only. */
static int refuse_bytes(struct reader *r, const char *data, size_t offset)
{
    yaml_mark_t at = {0};

    for (size_t i = 0; i < offset; i++) {
        if (data[i] == '\n') {
            at.line++;
            at.column = 0;
        } else if (((unsigned char)data[i] & 0xC0) != 0x80)
            at.column++;
    }
    return refuse(r, at, "not UTF-8 text, or a control character in it", NULL);
}

static int refuse_parser(struct reader *r, const char *data, size_t size)
{
    const yaml_parser_t *p = &r->parser;

    if (p->error == YAML_MEMORY_ERROR)
        abort();
    if (p->error == YAML_READER_ERROR)
        return refuse_bytes(r, data, p->problem_offset < size ? p->problem_offset : size);
    return refuse(r, p->problem_mark, p->problem ? p->problem : "not YAML", p->context);
}

static struct ynode *node_new(struct reader *r, enum ynode_kind kind, const yaml_event_t *ev)
{
    struct ynode *n = arena_new_one(r->arena, struct ynode);

    n->kind = kind;
    n->line = (int)ev->start_mark.line + 1;
    n->column = (int)ev->start_mark.column + 1;
    return n;
}

static void append(struct reader *r, struct frame *f, struct ynode *child)
{
    struct ynode *to = f->node;

    if (to->n_items == f->room) {
        size_t room = f->room ? 2 * f->room : 4;
        struct ynode **items = arena_new_array(r->arena, struct ynode *, room);

        if (to->n_items)
            memcpy(items, to->items, to->n_items * sizeof(*items));
        to->items = items;
        f->room = room;
    }
    to->items[to->n_items++] = child;
}

/* Puts a finished or opened node where it belongs: root, list item, key or value. */
static int place(struct reader *r, struct ynode *n, const yaml_event_t *ev)
{
    struct frame *f = r->depth ? &r->stack[r->depth - 1] : NULL;

    if (!f) {
        r->root = n;
        return 0;
    }
    if (f->node->kind == YNODE_MAP && !f->key) {
        if (n->kind != YNODE_SCALAR)
            return refuse(r, ev->start_mark, "a key must be plain text", NULL);
        f->key = n;
        return 0;
    }
    if (f->key) {
        n->key = f->key->text;
        n->key_line = f->key->line;
        n->key_column = f->key->column;
        f->key = NULL;
    }
    append(r, f, n);
    return 0;
}

static int on_scalar(struct reader *r, const yaml_event_t *ev)
{
    const char *text = (const char *)ev->data.scalar.value;
    size_t size = ev->data.scalar.length;
    struct ynode *n = node_new(r, YNODE_SCALAR, ev);

    if (ev->data.scalar.anchor)
        return refuse(r, ev->start_mark, "anchors are not used here", NULL);
    if (ev->data.scalar.tag)
        return refuse(r, ev->start_mark, "tags are not used here", NULL);
    if (memchr(text, 0, size))
        return refuse(r, ev->start_mark, "a NUL character in a text", NULL);
    n->text = arena_strndup(r->arena, text, size);
    n->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return place(r, n, ev);
}

static int on_open(struct reader *r, enum ynode_kind kind, const void *anchor, const void *tag,
                   const yaml_event_t *ev)
{
    struct ynode *n = node_new(r, kind, ev);
    int rc;

    if (anchor)
        return refuse(r, ev->start_mark, "anchors are not used here", NULL);
    if (tag)
        return refuse(r, ev->start_mark, "tags are not used here", NULL);
    rc = place(r, n, ev);
    if (rc)
        return rc;
    if (r->depth == MAX_DEPTH)
        return refuse(r, ev->start_mark, "nested too deeply", NULL);
    r->stack[r->depth++] = (struct frame){.node = n};
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct ynode *x = *(struct ynode *const *)a, *y = *(struct ynode *const *)b;
    int order = strcmp(x->key, y->key);

    if (order)
        return order;
    if (x->key_line != y->key_line)
        return x->key_line < y->key_line ? -1 : 1;
    return x->key_column < y->key_column ? -1 : x->key_column > y->key_column;
}

/* Sorted rather than compared pairwise: a hostile file may hold half a million keys. */
static int refuse_doubles(struct reader *r, const struct ynode *map)
{
    struct ynode **sorted;

    if (map->n_items < 2)
        return 0;
    sorted = arena_memdup(r->arena, map->items, map->n_items * sizeof(*sorted));
    qsort(sorted, map->n_items, sizeof(*sorted), by_key);
    for (size_t i = 1; i < map->n_items; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0) {
            yaml_mark_t at = {.line = (size_t)sorted[i]->key_line - 1,
                              .column = (size_t)sorted[i]->key_column - 1};

            return refuse(r, at, "the key is here a second time", sorted[i]->key);
        }
    return 0;
}

static int on_close(struct reader *r)
{
    const struct ynode *n = r->stack[--r->depth].node;

    return n->kind == YNODE_MAP ? refuse_doubles(r, n) : 0;
}

static int on_event(struct reader *r, const yaml_event_t *ev)
{
    switch (ev->type) {
    case YAML_DOCUMENT_START_EVENT:
        return r->ended ? refuse(r, ev->start_mark, "a second document", NULL) : 0;
    case YAML_DOCUMENT_END_EVENT:
        r->ended = true;
        return 0;
    case YAML_ALIAS_EVENT:
        return refuse(r, ev->start_mark, "aliases are not used here", NULL);
    case YAML_SCALAR_EVENT:
        return on_scalar(r, ev);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(r, YNODE_LIST, ev->data.sequence_start.anchor, ev->data.sequence_start.tag,
                       ev);
    case YAML_MAPPING_START_EVENT:
        return on_open(r, YNODE_MAP, ev->data.mapping_start.anchor, ev->data.mapping_start.tag, ev);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_close(r);
    default:
        return 0;
    }
}

static int read_all(struct reader *r, const char *data, size_t size)
{
    yaml_event_type_t type = YAML_NO_EVENT;

    while (type != YAML_STREAM_END_EVENT) {
        yaml_event_t ev;
        int rc;

        if (!yaml_parser_parse(&r->parser, &ev))
            return refuse_parser(r, data, size);
        type = ev.type;
        rc = on_event(r, &ev);
        yaml_event_delete(&ev);
        if (rc)
            return rc;
    }
    if (!r->root)
        return refuse(r, (yaml_mark_t){0}, "the document is empty", NULL);
    return 0;
}

int yaml_parse(struct arena *a, const char *data, size_t size, struct ynode **ret_root,
               int *ret_line, int *ret_column, struct errtext *e)
{
    struct reader r = {.arena = a, .e = e};
    int rc;

    if (size > MAX_SIZE) {
        rc = refuse(&r, (yaml_mark_t){0}, "larger than 4 MiB", NULL);
    } else {
        if (!yaml_parser_initialize(&r.parser))
            abort();
        yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&r.parser, (const unsigned char *)data, size);
        rc = read_all(&r, data, size);
        yaml_parser_delete(&r.parser);
    }
    if (rc) {
        *ret_line = r.line;
        *ret_column = r.column;
        return rc;
    }
    *ret_root = r.root;
    return 0;
}

struct ynode *ynode_get(const struct ynode *map, const char *key)
{
    if (!map || map->kind != YNODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->n_items; i++)
        if (strcmp(map->items[i]->key, key) == 0)
            return map->items[i];
    return NULL;
}
