/* SPDX-License-Identifier: Apache-2.0 */
/* table - all rows of a query as the superuser sees them, found by their first column */
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

struct table {
    PGresult *res;
    int *order; /* row numbers by the first column, bytewise */
};

static int by_key(const void *x, const void *y, void *res)
{
    return strcmp(PQgetvalue(res, *(const int *)x, 0), PQgetvalue(res, *(const int *)y, 0));
}

struct table *table_load(const char *conninfo, const char *sql)
{
    struct table *t = calloc(1, sizeof(*t));
    PGconn *conn = PQconnectdb(conninfo);
    int n;

    CHECK(t);
    t->res = PQexec(conn, sql);
    if (PQresultStatus(t->res) != PGRES_TUPLES_OK)
        fail("%s: %s", sql,
             PQresultErrorMessage(t->res)[0] ? PQresultErrorMessage(t->res) : PQerrorMessage(conn));
    PQfinish(conn);
    n = PQntuples(t->res);
    t->order = calloc((size_t)n + 1, sizeof(*t->order));
    CHECK(t->order);
    for (int i = 0; i < n; i++)
        t->order[i] = i;
    qsort_r(t->order, (size_t)n, sizeof(*t->order), by_key, t->res);
    return t;
}

void table_free(struct table *t)
{
    PQclear(t->res);
    free(t->order);
    free(t);
}

size_t table_count(const struct table *t)
{
    return (size_t)PQntuples(t->res);
}

int table_find(const struct table *t, const char *key, int *ret_n)
{
    int low = 0, high = PQntuples(t->res), n = 0;

    while (low < high) {
        int mid = (low + high) / 2;

        if (strcmp(PQgetvalue(t->res, t->order[mid], 0), key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    while (low + n < PQntuples(t->res) &&
           strcmp(PQgetvalue(t->res, t->order[low + n], 0), key) == 0)
        n++;
    *ret_n = n;
    return n ? t->order[low] : -1;
}

const char *table_text(const struct table *t, int row, int column)
{
    return PQgetvalue(t->res, row, column);
}

struct bytes table_bytes(const struct table *t, int row, int column, struct arena *a)
{
    size_t size = 0;
    unsigned char *raw =
        PQunescapeBytea((const unsigned char *)PQgetvalue(t->res, row, column), &size);
    struct bytes copy = {arena_memdup(a, raw, size), size};

    PQfreemem(raw);
    return copy;
}
