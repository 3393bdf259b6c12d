/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape - YAML maps into structs by tables of rows, with a finding for whatever does not fit
 *
 * Private to programme. A field that fits is written and its place remembered, so that later checks can
 * ask whether it was there (shape_has) and point at it (shape_blame). One fault gives one finding.
 */
#pragma once
#include "common/domain/programme/programme.h"

enum shape_kind {
    SHAPE_NOTE = 1, /* known, not kept; a text, or a list of shape */
    SHAPE_TEXT,     /* const char * */
    SHAPE_WORD,     /* const char *, one of words */
    SHAPE_ENUM,     /* int: 1 + index into words */
    SHAPE_INT,      /* int, low..high */
    SHAPE_POINTS,   /* int64_t thousandths, low..high in thousandths */
    SHAPE_DAY,      /* int32_t */
    SHAPE_BOOL,     /* bool */
    SHAPE_TEXTS,    /* struct texts from a list; of words if there are any */
    SHAPE_VALUES,   /* struct texts from a list or from one scalar */
    SHAPE_INTS,     /* int * and size_t */
    SHAPE_ENUMS,    /* int * and size_t */
    SHAPE_MAP,      /* a struct inside */
    SHAPE_LIST,     /* struct * and size_t */
};

struct shape;
struct shape_row {
    const char *key;
    enum shape_kind kind;
    bool
        required; /* the key must be there; texts must not be empty, lists (unless may_be_empty) must hold something */
    bool may_be_empty;
    size_t offset, count_offset;
    int64_t low, high;        /* low of SHAPE_ENUM: what stands where the key does not; 0: none */
    const char *const *words; /* NULL-ended */
    const struct shape *shape;
};
struct shape {
    size_t size;
    const struct shape_row *rows; /* ended by a row without key */
};

struct shape_place {
    const void *field;
    const struct ynode *node;
    const char *path;
};
struct reading {
    struct arena *arena;
    struct programme_finding *findings;
    size_t n_findings;
    struct shape_place *places;
    size_t n_places, room;
};

/* Add a finding "path: message" at @node. */
void shape_finding(struct reading *r, int line, int column, const char *path, const char *fmt, ...)
    PRINTF_LIKE(5, 6);
/* @field was read from @node. */
void shape_remember(struct reading *r, const void *field, const struct ynode *node,
                    const char *path);
/* Read @node into @into, which is cleared memory. */
void shape_read(struct reading *r, const struct ynode *node, const char *path,
                const struct shape *shape, void *into);
/* After the last shape_read: makes look-ups fast. */
void shape_done(struct reading *r);
/* Whether @field (the address of a member, or of one element of texts or enums) was read. */
bool shape_has(const struct reading *r, const void *field);
/* A finding about @field, which must have been read. */
void shape_blame(struct reading *r, const void *field, const char *fmt, ...) PRINTF_LIKE(3, 4);
