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

struct bytes rows_cell_bytes(const struct rows *rows, size_t row, size_t column)
{
    const char *text = rows_cell(rows, row, column);
    size_t size;
    uint8_t *data;

    if (!text)
        return (struct bytes){0};
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

bool rows_null(const struct rows *rows, size_t row, const char *column)
{
    return !rows_cell(rows, row, find(rows, column));
}

const char *rows_text(const struct rows *rows, size_t row, const char *column)
{
    return rows_cell(rows, row, find(rows, column));
}

int64_t rows_i64(const struct rows *rows, size_t row, const char *column)
{
    const char *text = rows_text(rows, row, column);
    char *end;
    long long n;

    if (!text)
        return 0;
    errno = 0;
    n = strtoll(text, &end, 10);
    CHECK(!errno && end != text && !*end); /* else it is not an integer column */
    return n;
}

bool rows_bool(const struct rows *rows, size_t row, const char *column)
{
    const char *text = rows_text(rows, row, column);

    CHECK(!text || !strcmp(text, "t") || !strcmp(text, "f"));
    return text && text[0] == 't';
}

int64_t rows_at(const struct rows *rows, size_t row, const char *column)
{
    const char *text = rows_text(rows, row, column);
    char rfc[INSTANT_TEXT];
    int64_t at = INSTANT_NONE;
    size_t n;

    if (!text)
        return INSTANT_NONE;
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
    const char *text = rows_text(rows, row, column);
    int32_t day = DAY_NONE;

    if (text)
        CHECK(day_parse(text, &day) == 0);
    return day;
}

struct bytes rows_bytes(const struct rows *rows, size_t row, const char *column)
{
    return rows_cell_bytes(rows, row, find(rows, column));
}
