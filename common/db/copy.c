/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libpq has no COPY inside a pipeline: what is under way is waited for, the pipeline is left for the time of the copy and entered
 * again. COPY takes no parameters either, so they are written into the text as literals.
 */
#include "common/db/copy.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "common/base/str.h"
#include "common/db/pg.h"

#include "common/base/banned.h"

enum {
    SIGNATURE_SIZE = 11,
    HEADER_SIZE = SIGNATURE_SIZE + 4 + 4,
    NULL_LENGTH = -1,
    SEND_AT = 64 * 1024
};
static const char signature[SIGNATURE_SIZE] = "PGCOPY\n\377\r\n";

static uint32_t be32(const uint8_t *at)
{
    uint32_t n;

    memcpy(&n, at, sizeof(n));
    return be32toh(n);
}

static int be16(const uint8_t *at)
{
    return (int16_t)(at[0] << 8 | at[1]);
}

bool copy_field(struct copy_row *row, struct bytes *ret)
{
    uint32_t length;

    if (row->n == 0 || row->size < 4)
        return false;
    length = be32(row->data);
    row->n--;
    row->data += 4;
    row->size -= 4;
    if (length == (uint32_t)NULL_LENGTH) {
        *ret = (struct bytes){NULL, 0};
        return true;
    }
    if (length > row->size)
        return false;
    *ret = (struct bytes){row->data, length};
    row->data += length;
    row->size -= length;
    return true;
}

/* ---- in and out of the pipeline ---- */

/* Everything sent so far is done, and plain statements may be sent. */
static int leave_pipeline(struct tx *tx, const struct sql_stmt *stmt)
{
    tx_begin_statement(tx, stmt);
    if (!tx->failed)
        pg_send_sync(tx->pg);
    if (tx_drain(tx, NULL) == 0 && !PQexitPipelineMode(tx->pg->conn)) {
        tx->pg->alive = false;
        tx_fail(tx, stmt->name, NULL);
    }
    return tx->failed;
}

/* The outcome of the copy, and the pipeline again. */
static int enter_pipeline(struct tx *tx, const struct sql_stmt *stmt, int64_t *ret_rows)
{
    PGresult *res;

    while (tx->pg->alive && pg_await(tx->pg) && (res = PQgetResult(tx->pg->conn))) {
        if (PQresultStatus(res) == PGRES_COMMAND_OK)
            *ret_rows = strtoll(PQcmdTuples(res), NULL, 10);
        else
            tx_fail(tx, stmt->name, res);
        PQclear(res);
    }
    if (PQstatus(tx->pg->conn) != CONNECTION_OK || !PQenterPipelineMode(tx->pg->conn)) {
        tx->pg->alive = false;
        tx_fail(tx, stmt->name, NULL);
    }
    return tx->failed;
}

/* Send @text and see that the server begins to copy. */
static bool start(struct tx *tx, const struct sql_stmt *stmt, const char *text, ExecStatusType want)
{
    PGresult *res = NULL;
    bool begun;

    if (PQsendQuery(tx->pg->conn, text) && pg_await(tx->pg))
        res = PQgetResult(tx->pg->conn);
    begun = res && PQresultStatus(res) == want;
    if (!begun) {
        tx->pg->alive &= res != NULL;
        tx_fail(tx, stmt->name, res);
    }
    PQclear(res);
    return begun;
}

/* ---- out ---- */

static void add_literal(struct str *s, PGconn *conn, const struct sql_arg *arg)
{
    char *quoted;

    switch (arg->kind) {
    case SQL_NULL:
        str_add(s, "null");
        return;
    case SQL_I64:
        str_printf(s, "'%lld'", (long long)arg->i64);
        return;
    default:
        CHECK(arg->kind == SQL_TEXT);
        quoted = PQescapeLiteral(conn, arg->text, strlen(arg->text));
        CHECK(quoted);
        str_add(s, quoted);
        PQfreemem(quoted);
    }
}

/* @text with its parameters written out; comments are left out, quoted text is left as it is. */
static void add_statement(struct str *s, PGconn *conn, const char *text, const struct sql_arg *args,
                          size_t n_args)
{
    bool quoted = false;

    for (const char *at = text; *at; at++) {
        if (!quoted && at[0] == '-' && at[1] == '-') {
            at += strcspn(at, "\n");
            if (!*at)
                break;
        }
        quoted ^= *at == '\'';
        if (!quoted && *at == '$' && isdigit((unsigned char)at[1])) {
            char *end;
            unsigned long n = strtoul(at + 1, &end, 10);

            CHECK(n >= 1 && n <= n_args);
            add_literal(s, conn, &args[n - 1]);
            at = end - 1;
        } else {
            str_add_char(s, *at);
        }
    }
}

/* One message of the server: before the first row there is a header, after the last one a count of -1. */
static bool give(const uint8_t *data, size_t size, bool *first,
                 bool (*row)(void *arg, struct copy_row row), void *arg)
{
    int n;

    if (TAKE(*first)) {
        if (size < HEADER_SIZE || memcmp(data, signature, SIGNATURE_SIZE) != 0 ||
            be32(data + SIGNATURE_SIZE + 4) > size - HEADER_SIZE)
            return false;
        size -= HEADER_SIZE + be32(data + SIGNATURE_SIZE + 4);
        data += HEADER_SIZE + be32(data + SIGNATURE_SIZE + 4);
    }
    if (size == 0)
        return true;
    n = size < 2 ? -2 : be16(data);
    if (n < 0)
        return n == -1;
    return row(arg, (struct copy_row){data + 2, size - 2, n});
}

int tx_copy_out(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args,
                size_t n_args, bool (*row)(void *arg, struct copy_row row), void *arg)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    bool first = true, taken = true, told = false;
    int64_t n_rows = 0;
    char *data = NULL;
    int n = 0;

    CHECK((size_t)stmt->n_params == n_args && stmt->reads);
    if (tx->failed || leave_pipeline(tx, stmt))
        return tx->failed;
    str_add(&text, "copy (");
    add_statement(&text, tx->pg->conn, stmt->text, args, n_args);
    str_add(&text, ") to stdout (format binary)");
    if (start(tx, stmt, text.text, PGRES_COPY_OUT))
        while ((n = pg_copy_data(tx->pg, &data)) > 0) {
            taken = taken && give((const uint8_t *)data, (size_t)n, &first, row, arg);
            PQfreemem(data);
            if (!taken && !told)
                pg_cancel(tx->pg); /* what is left may be long */
            told = !taken;
        }
    if (n == PG_COPY_LOST)
        tx_fail(tx, stmt->name, NULL);
    if (enter_pipeline(tx, stmt, &n_rows) != TX_E_LOST && !taken) {
        errtext_set(&tx->error, "%s: the rows were not taken", stmt->name);
        tx->failed = err_raise(-EINVAL);
    }
    return tx->failed;
}

/* ---- in ---- */

static void add_be(struct str *s, uint32_t value, int size)
{
    for (int i = size - 1; i >= 0; i--)
        str_add_char(s, (char)(value >> (8 * i)));
}

static void add_row(struct str *s, const struct sql_arg *values, size_t n)
{
    uint8_t room[PG_BINARY_ROOM];

    add_be(s, (uint32_t)n, 2);
    for (size_t i = 0; i < n; i++) {
        struct bytes b = pg_binary(&values[i], room);

        CHECK(values[i].kind < SQL_TEXT_ARRAY && b.size < INT32_MAX);
        add_be(s, b.data ? (uint32_t)b.size : (uint32_t)NULL_LENGTH, 4);
        if (b.data)
            str_add_bytes(s, b.data, b.size);
    }
}

int tx_copy_in(struct tx *tx, const char *target, size_t n_columns,
               bool (*next)(void *arg, struct sql_arg *ret_values), void *arg, int64_t *ret_rows)
{
    struct sql_stmt stmt = {.name = "copy in", .text = target};
    struct sql_arg *values = arena_new_array(tx->arena, struct sql_arg, n_columns);
    CLEANUP(str_release) struct str text = STR_INIT, data = STR_INIT;
    bool sound = true;

    *ret_rows = 0;
    if (tx->failed || leave_pipeline(tx, &stmt))
        return tx->failed;
    str_printf(&text, "copy %s from stdin (format binary)", target);
    if (start(tx, &stmt, text.text, PGRES_COPY_IN)) {
        str_add_bytes(&data, signature, SIGNATURE_SIZE);
        add_be(&data, 0, 4);
        add_be(&data, 0, 4);
        while (sound && next(arg, values)) {
            add_row(&data, values, n_columns);
            if (data.size >= SEND_AT) {
                sound = pg_copy_send(tx->pg, &data);
                str_clear(&data);
            }
        }
        add_be(&data, (uint32_t)-1, 2);
        if (!sound || !pg_copy_send(tx->pg, &data) || !pg_copy_end(tx->pg))
            tx_fail(tx, stmt.name, NULL);
    }
    return enter_pipeline(tx, &stmt, ret_rows);
}
