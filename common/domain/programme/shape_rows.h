/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape_rows - how rows of a shape are written: one short macro per kind of field
 *
 * Private to programme. S is the struct, the key is its member's name unless given.
 */
#pragma once
#include <stddef.h>

#include "common/domain/programme/shape.h"

/* clang-format off */
#define KEY_(key, kind, required, S, field, ...) {key, kind, required, .offset = offsetof(S, field), ##__VA_ARGS__}
#define TEXT(S, field)          KEY_(#field, SHAPE_TEXT, true, S, field)
#define TEXT_OPT(S, field)      KEY_(#field, SHAPE_TEXT, false, S, field)
#define WORD(S, field, w)       KEY_(#field, SHAPE_WORD, true, S, field, .words = w)
#define ENUM(S, key, field, w)  KEY_(key, SHAPE_ENUM, true, S, field, .words = w)
#define ENUM_OR(S, key, field, w, without) KEY_(key, SHAPE_ENUM, false, S, field, .words = w, .low = without)
#define INT(S, field, lo, hi)   KEY_(#field, SHAPE_INT, true, S, field, .low = lo, .high = hi)
#define INT_OPT(S, field, lo, hi) KEY_(#field, SHAPE_INT, false, S, field, .low = lo, .high = hi)
#define POINTS(S, key, field, lo, hi) KEY_(key, SHAPE_POINTS, true, S, field, .low = (lo) * INT64_C(1000), .high = (hi) * INT64_C(1000))
#define POINTS_OPT(S, key, field, lo, hi) KEY_(key, SHAPE_POINTS, false, S, field, .low = (lo) * INT64_C(1000), .high = (hi) * INT64_C(1000))
#define DAY(S, key, field)      KEY_(key, SHAPE_DAY, true, S, field)
#define BOOL(S, field)          KEY_(#field, SHAPE_BOOL, true, S, field)
#define BOOL_OPT(S, field)      KEY_(#field, SHAPE_BOOL, false, S, field)
#define TEXTS(S, field, w)      KEY_(#field, SHAPE_TEXTS, true, S, field, .words = w)
#define TEXTS_OPT(S, field, w)  KEY_(#field, SHAPE_TEXTS, false, S, field, .words = w)
#define ENTRIES(S, key, field, required, empty, sub) \
    KEY_(key, SHAPE_LIST, required, S, field, .may_be_empty = empty, .count_offset = offsetof(S, n_##field), .shape = &sub)
#define MAP(S, field, sub)      KEY_(#field, SHAPE_MAP, true, S, field, .shape = &sub)
#define MAP_OPT(S, field, sub)  KEY_(#field, SHAPE_MAP, false, S, field, .shape = &sub)
#define NOTES                   {"source", SHAPE_NOTE}, {"decision", SHAPE_NOTE}
#define SHAPE(name, type) static const struct shape name = {sizeof(type), name##_rows}
/* clang-format on */
