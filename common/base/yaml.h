/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml - a YAML document whose every node knows its place
 *
 * One document, in an arena: mappings, sequences and scalars. Anchors, aliases, tags and duplicate
 * keys are refused, so that what a person reads is what the program reads. Depth 32, 4 MiB at most.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"

enum ynode_kind { YNODE_SCALAR, YNODE_MAP, YNODE_LIST };

struct ynode {
    enum ynode_kind kind;
    int line, column; /* from 1 */
    const char *key;  /* in its mapping, else NULL */
    int key_line, key_column;
    const char *text;     /* scalar */
    bool quoted;          /* scalar written in quotes or as a block: text, whatever it looks like */
    struct ynode **items; /* children of a map (in order) or list */
    size_t n_items;
};

enum { YAML_E_SYNTAX = 1 }; /* @ret_line, @ret_column and @e say where and why */

int yaml_parse(struct arena *a, const char *data, size_t size, struct ynode **ret_root,
               int *ret_line, int *ret_column, struct errtext *e) MUST_CHECK;
/* The child under @key of a map, NULL if absent or @map is not a map. */
struct ynode *ynode_get(const struct ynode *map, const char *key);
