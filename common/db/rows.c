/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/db/pg.h"

#include "common/base/banned.h"

struct rows {
    PGresult *res;
    struct arena *arena; /* decoded bytes go here */
};

/* What PostgreSQL calls the types that come in binary. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_DATE = 1082,
    OID_TIMESTAMPTZ = 1184,
    OID_UUID = 2950
};
enum { PG_EPOCH_DAY = 10957 }; /* 2000-01-01 */

static bool is_binary(const struct rows *rows, size_t column)
{
    return PQfformat(rows->res, (int)column) == 1;
}

static void clear(void *res)
{
    PQclear(res);
}

struct rows *rows_new(struct arena *arena, PGresult *res)
{
    struct rows *rows = arena_new_one(arena, struct rows);

    *rows = (struct rows){res, arena};
    arena_on_end(arena, clear, res);
    return rows;
}

size_t rows_count(const struct rows *rows)
{
    return (size_t)PQntuples(rows->res);
}

size_t rows_width(const struct rows *rows)
{
    return (size_t)PQnfields(rows->res);
}

const char *rows_cell(const struct rows *rows, size_t row, size_t column)
{
    CHECK(row < rows_count(rows) && column < rows_width(rows));
    if (PQgetisnull(rows->res, (int)row, (int)column))
        return NULL;
    return PQgetvalue(rows->res, (int)row, (int)column);
}

struct bytes rows_cell_raw(const struct rows *rows, size_t row, size_t column)
{
    const char *data = rows_cell(rows, row, column);

    if (!data)
        return (struct bytes){0};
    return (struct bytes){(const uint8_t *)data,
                          (size_t)PQgetlength(rows->res, (int)row, (int)column)};
}

const char *rows_column_name(const struct rows *rows, size_t column)
{
    return PQfname(rows->res, (int)column);
}

bool rows_column_type(const struct rows *rows, size_t column, enum seal_type *ret_type)
{
    static const struct {
        unsigned oid;
        enum seal_type type;
    } types[] = {{OID_TEXT, SEAL_TEXT},    {OID_INT8, SEAL_BIGINT},
                 {OID_BOOL, SEAL_BOOLEAN}, {OID_TIMESTAMPTZ, SEAL_TIMESTAMPTZ},
                 {OID_UUID, SEAL_UUID},    {OID_BYTEA, SEAL_BYTEA}};

    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (types[i].oid == PQftype(rows->res, (int)column)) {
            *ret_type = types[i].type;
            return true;
        }
    return false;
}

struct bytes rows_cell_bytes(const struct rows *rows, size_t row, size_t column)
{
    const char *text = rows_cell(rows, row, column);
    size_t size;
    uint8_t *data;

    if (!text)
        return (struct bytes){0};
    if (is_binary(rows, column)) {
        CHECK(PQftype(rows->res, (int)column) == OID_BYTEA);
        return rows_cell_raw(rows, row, column);
    }
    CHECK(text[0] == '\\' && text[1] == 'x'); /* else it is not a bytea column */
    size = strlen(text + 2) / 2;
    data = arena_alloc(rows->arena, size + 1);
    CHECK(hex_parse(text + 2, data, size) == 0);
    return (struct bytes){data, size};
}

/* Names are compared as they are: PQfnumber would fold case and read quotes. */
static size_t find(const struct rows *rows, const char *column)
{
    for (size_t i = 0; i < rows_width(rows); i++)
        if (!strcmp(PQfname(rows->res, (int)i), column))
            return i;
    fprintf(stderr, "no column %s in the result\n", column);
    CHECK(!"a column that the statement does not return");
    return 0;
}

static uint64_t big_endian(struct bytes b)
{
    uint64_t n = 0;

    for (size_t i = 0; i < b.size; i++)
        n = n << 8 | b.data[i];
    return n;
}

/* A binary cell of one of the types @low and @high. */
static struct bytes cell_of(const struct rows *rows, size_t row, size_t column, unsigned low,
                            unsigned high)
{
    unsigned type = PQftype(rows->res, (int)column);

    CHECK(type == low || type == high);
    return rows_cell_raw(rows, row, column);
}

bool rows_null(const struct rows *rows, size_t row, const char *column)
{
    return !rows_cell(rows, row, find(rows, column));
}

const char *rows_text(const struct rows *rows, size_t row, const char *column)
{
    size_t at = find(rows, column);

    CHECK(!is_binary(rows, at) || PQftype(rows->res, (int)at) == OID_TEXT);
    return rows_cell(rows, row, at);
}

int64_t rows_i64(const struct rows *rows, size_t row, const char *column)
{
    size_t at = find(rows, column);
    const char *text = rows_cell(rows, row, at);
    char *end;
    long long n;

    if (!text)
        return 0;
    if (is_binary(rows, at))
        return PQftype(rows->res, (int)at) == OID_INT4
                   ? (int32_t)big_endian(rows_cell_raw(rows, row, at))
                   : (int64_t)big_endian(cell_of(rows, row, at, OID_INT8, OID_INT8));
    errno = 0;
    n = strtoll(text, &end, 10);
    CHECK(!errno && end != text && !*end); /* else it is not an integer column */
    return n;
}

bool rows_bool(const struct rows *rows, size_t row, const char *column)
{
    size_t at = find(rows, column);
    const char *text = rows_cell(rows, row, at);

    if (text && is_binary(rows, at))
        return big_endian(cell_of(rows, row, at, OID_BOOL, OID_BOOL)) != 0;
    CHECK(!text || !strcmp(text, "t") || !strcmp(text, "f"));
    return text && text[0] == 't';
}

int64_t rows_at(const struct rows *rows, size_t row, const char *column)
{
    size_t place = find(rows, column);
    const char *text = rows_cell(rows, row, place);
    char rfc[INSTANT_TEXT];
    int64_t at = INSTANT_NONE;
    size_t n;

    if (!text)
        return INSTANT_NONE;
    if (is_binary(rows, place))
        return (int64_t)big_endian(cell_of(rows, row, place, OID_TIMESTAMPTZ, OID_TIMESTAMPTZ)) +
               PG_EPOCH_US;
    /* the session's zone is UTC and its style ISO: 2023-10-01 00:00:00[.ffffff]+00 */
    n = strlen(text);
    CHECK(n > 13 && n < sizeof(rfc) && text[10] == ' ' && !strcmp(text + n - 3, "+00"));
    memcpy(rfc, text, n - 3);
    rfc[10] = 'T';
    memcpy(rfc + n - 3, "Z", 2);
    CHECK(instant_parse(rfc, &at) == 0);
    return at;
}

int32_t rows_day(const struct rows *rows, size_t row, const char *column)
{
    size_t at = find(rows, column);
    const char *text = rows_cell(rows, row, at);
    int32_t day = DAY_NONE;

    if (text && is_binary(rows, at))
        return (int32_t)big_endian(cell_of(rows, row, at, OID_DATE, OID_DATE)) + PG_EPOCH_DAY;
    if (text)
        CHECK(day_parse(text, &day) == 0);
    return day;
}

struct bytes rows_bytes(const struct rows *rows, size_t row, const char *column)
{
    return rows_cell_bytes(rows, row, find(rows, column));
}

struct uuid rows_uuid(const struct rows *rows, size_t row, const char *column)
{
    size_t at = find(rows, column);
    const char *text = rows_cell(rows, row, at);
    struct uuid id;

    CHECK(text);
    if (is_binary(rows, at))
        memcpy(id.bytes, cell_of(rows, row, at, OID_UUID, OID_UUID).data, sizeof(id.bytes));
    else
        CHECK(uuid_parse(text, &id) == 0);
    return id;
}
