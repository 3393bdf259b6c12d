/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy - many rows out of the database one by one, or into it, by COPY in PostgreSQL's binary form
 *
 * For what does not fit into memory or would take a statement a row. Each is one round trip of its own, in the transaction: what was
 * queued before is sent and waited for first.
 */
#pragma once
#include "common/db/tx.h"

/* A row as it came: @n fields, each 4 bytes of length (big-endian, 0xffffffff: null) and its bytes. Borrowed. */
struct copy_row {
    const uint8_t *data;
    size_t size;
    int n;
};
/* Take the first field off. False: there is none, or the row is cut. @ret: data NULL when null. */
bool copy_field(struct copy_row *row, struct bytes *ret) MUST_CHECK;

/*
 * Run the select @stmt, whose parameters are text or integers (T, I), and give each row to @row as it arrives; nothing is kept.
 * 0, or TX_E_* with some of the rows given; -EINVAL: @row gave false, which ends it, and the tx with it.
 */
int tx_copy_out(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args,
                size_t n_args, bool (*row)(void *arg, struct copy_row row), void *arg) MUST_CHECK;

/*
 * Append rows to @target, a table with the list of its columns: "staging (district, seq, note)". @next gives the @n_columns values of
 * the next row (borrowed until it is called again), false after the last. Each value is of the kind that is the column's own: T for
 * text, I for bigint, B, AT, BY, U; no arrays. @ret_rows: how many. 0, or TX_E_* as a statement has them.
 */
int tx_copy_in(struct tx *tx, const char *target, size_t n_columns,
               bool (*next)(void *arg, struct sql_arg *ret_values), void *arg,
               int64_t *ret_rows) MUST_CHECK;
