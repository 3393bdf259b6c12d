/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive - a month of one ledger of one district as a file: rows, their seals, the end
 *
 * Written and checked as a stream: memory does not grow with the file. Rows are consecutive from
 * first to last; a seal line stands behind the last row of its seal, so a file begins and ends with
 * whole seals.
 */
#pragma once
#include "common/base/err.h"
#include "common/seal/fault.h"
#include "common/seal/value.h"

enum { ARCHIVE_COLUMNS_MAX = 256, ARCHIVE_MONTH = 8 };

struct archive_column {
    char name[SEAL_NAME];
    enum seal_type type;
};
struct archive_head {
    struct seal_chain chain;
    char month
        [ARCHIVE_MONTH]; /* "2026-11"; "": an export, which ends where it says and not with a month */
    size_t n_columns;
    struct archive_column columns[ARCHIVE_COLUMNS_MAX];
    int64_t first, last;             /* rows */
    enum digest_algorithm algorithm; /* of the first seal */
    uint8_t previous[DIGEST_SIZE];   /* the seal before the first, or the chain's genesis */
};
struct archive_seal {
    int64_t first, last; /* rows */
    enum digest_algorithm algorithm;
    uint8_t root[DIGEST_SIZE];
    uint8_t hash[DIGEST_SIZE];
};

/* ---- writing ---- */

/* What is wrong with writing is kept and told by archive_end. */
struct archive_writer;
/* Borrows @f; @head is written at once. */
struct archive_writer *archive_writer_new(FILE *f, const struct archive_head *head);
void archive_writer_free(struct archive_writer *w);
DEFINE_CLEANUP(struct archive_writer *, archive_writer_free)
/* The next row, a value a column of the head; data NULL is null. */
void archive_row(struct archive_writer *w, int64_t seq, const struct bytes *values);
void archive_seal(struct archive_writer *w, const struct archive_seal *seal);
/* The end line; flushes @f, does not close it. -errno: the file is not whole, for example
 * -ENOSPC. */
int archive_end(struct archive_writer *w) MUST_CHECK;

/* ---- checking ---- */

struct archive_listener {
    struct seal_listener faults;
    /* Every seal line, whether it holds or not; may be NULL. @line is where it stands. */
    void (*seal)(void *data, const struct archive_seal *seal, int64_t line);
    void *data; /* of seal */
};
/* What was read; hash is of the last seal. */
struct archive_sum {
    int64_t rows, seals, faults;
    int64_t last; /* row */
    uint8_t hash[DIGEST_SIZE];
};
enum { ARCHIVE_E_FORM = 1 /* the first line is no archive's; @e says which part */ };
/*
 * Read @f to its end and recompute digests, roots and seals. Faults go to @listener; after one the
 * check goes on with what the file says, so that one change is told where it is. @ret_head is
 * filled before the listener is first called. When a seal changes the algorithm its rows are read
 * again, so @f must be a file then, else -ESPIPE. -errno: it could not be read.
 */
int archive_check(FILE *f, const struct archive_listener *listener, struct archive_head *ret_head,
                  struct archive_sum *ret_sum, struct errtext *e) MUST_CHECK;

/* ---- reading rows ---- */

/* Row by row, nothing is checked: for who knows the file's digest, or checks what comes of it. */
struct archive_reader;
/* Borrows @f, from where it stands. ARCHIVE_E_FORM, -errno. */
int archive_reader_new(FILE *f, struct archive_reader **ret_r, struct errtext *e) MUST_CHECK;
void archive_reader_free(struct archive_reader *r);
DEFINE_CLEANUP(struct archive_reader *, archive_reader_free)
const struct archive_head *archive_reader_head(const struct archive_reader *r);
enum { ARCHIVE_E_END = 2 /* no row follows */ };
/* The next row, a value a column, borrowed until the next call. ARCHIVE_E_FORM: something is no line of an archive. -errno. */
int archive_reader_next(struct archive_reader *r, int64_t *ret_seq,
                        const struct bytes **ret_values) MUST_CHECK;
