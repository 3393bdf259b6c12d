/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sql - statements from files, values bound by kind, rows read by column name
 *
 * SQL text is never built at run time: each statement is a file under sql/, embedded at build time,
 * prepared when a connection opens (its parameter count is checked there) and executed by name.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/id.h"

struct sql_stmt {
    const char *name; /* the file's stem, unique in a service */
    int n_params;     /* the highest $n */
    const char *text;
    bool
        reads; /* it changes nothing, locks no row and calls nothing that does; false when in doubt (embed_sql.cmake) */
    bool binary; /* its rows come in binary (a line "-- binary" at its head) */
};

enum sql_kind {
    SQL_NULL,
    SQL_TEXT,
    SQL_I64,
    SQL_BOOL,
    SQL_AT,
    SQL_BYTES,
    SQL_UUID,
    SQL_TEXT_ARRAY,
    SQL_I64_ARRAY,
    SQL_ROW_ARRAY,
};
struct sql_arg {
    enum sql_kind kind;
    union {
        const char *text;
        int64_t i64;
        bool flag;
        struct bytes bytes;
        struct uuid uuid;
        struct {
            const void *items;
            size_t n_items;
            enum sql_kind of; /* SQL_ROW_ARRAY: of its elements */
        } array;
    };
};

/* Values; borrowed until the statement was sent (deferred statements copy them). Enum, date, uuid and json
 * parameters are given as text and cast by the statement ($2::date). */
static inline struct sql_arg T(const char *text) /* NULL is SQL's null */
{
    return (struct sql_arg){.kind = text ? SQL_TEXT : SQL_NULL, .text = text};
} static inline struct sql_arg I(int64_t n) {
    return (struct sql_arg){.kind = SQL_I64, .i64 = n};
} static inline struct sql_arg B(bool flag) {
    return (struct sql_arg){.kind = SQL_BOOL, .flag = flag};
} static inline struct sql_arg AT(int64_t at) /* a timestamptz; INSTANT_NONE is null */
{
    return (struct sql_arg){.kind = at == INSTANT_NONE ? SQL_NULL : SQL_AT, .i64 = at};
} static inline struct sql_arg BY(const void *data, size_t size) /* a bytea; data NULL is null */
{
    return (struct sql_arg){.kind = data ? SQL_BYTES : SQL_NULL, .bytes = {data, size}};
} static inline struct sql_arg TA(const char *const *texts,
                                  size_t n) /* a text[]; for unnest and any() */
{
    return (struct sql_arg){.kind = SQL_TEXT_ARRAY, .array = {texts, n}};
} static inline struct sql_arg IA(const int64_t *values, size_t n) /* a bigint[] */
{
    return (struct sql_arg){.kind = SQL_I64_ARRAY, .array = {values, n}};
}

static inline struct sql_arg
U(const struct uuid *id) /* a uuid, in binary: the statement says $n::uuid; NULL is null */
{
    return id ? (struct sql_arg){.kind = SQL_UUID, .uuid = *id}
              : (struct sql_arg){.kind = SQL_NULL};
}
/*
 * An array in binary, for rows put in by unnest: @values are @n sql_args of one kind (or SQL_NULL), the statement says
 * $i::text[], ::bigint[], ::boolean[], ::timestamptz[], ::bytea[] or ::uuid[] accordingly; @kind is that of the elements.
 */
static inline struct sql_arg
RA(enum sql_kind kind, const struct sql_arg *values, size_t n) {
    return (struct sql_arg){.kind = SQL_ROW_ARRAY, .array = {values, n, kind}};
}

/* Rows of a result (in text, or in binary of the types of RA and date); live in the transaction's arena. @column must exist (CHECK); @row < rows_count. */
struct rows;
size_t rows_count(const struct rows *rows);
bool rows_null(const struct rows *rows, size_t row, const char *column);
const char *rows_text(const struct rows *rows, size_t row, const char *column); /* NULL when null */
int64_t rows_i64(const struct rows *rows, size_t row, const char *column);      /* 0 when null */
bool rows_bool(const struct rows *rows, size_t row,
               const char *column); /* false when null; boolean columns */
int64_t rows_at(const struct rows *rows, size_t row,
                const char *column); /* timestamptz; INSTANT_NONE when null */
int32_t rows_day(const struct rows *rows, size_t row,
                 const char *column); /* date; DAY_NONE when null */
struct uuid rows_uuid(const struct rows *rows, size_t row, const char *column); /* uuid, not null */
struct bytes rows_bytes(const struct rows *rows, size_t row,
                        const char *column); /* bytea; data NULL when null */
