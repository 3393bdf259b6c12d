/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_check - what a walk has read, compared: rows, seals, gaps */
#pragma once
#include "common/base/str.h"
#include "common/db/ledger_hash.h"
#include "common/db/ledger_walk.h"

enum { WALK_PAGE_ROWS = 8000 };

/* A row of the page under way: its own digest and, in the page's text, its values as they lie. */
struct page_row {
    int64_t seq;
    bool has_digest;
    uint8_t digest[DIGEST_SIZE];
    size_t at, size;
};

struct ledger_walk {
    const struct ledger *ledger;
    char *district;
    void (*fault)(const struct ledger_fault *f, void *arg);
    void *arg;
    struct arena *page;
    struct page_row *rows; /* WALK_PAGE_ROWS */
    size_t n_rows;
    struct str text; /* of the page's rows */
    struct row_digest *digests[DIGEST_SM3 + 1];
    bool begun, over;
    int64_t n_seen, target;
    uint8_t head[DIGEST_SIZE];
    int64_t seq;               /* of the last row looked at */
    size_t n_same;             /* rows of that seq looked at; 0: none is expected to be there */
    bool given;                /* it was looked at by an earlier walk, and may be gone since */
    int64_t sealed;            /* last of the last seal looked at */
    uint8_t hash[DIGEST_SIZE]; /* of that seal, as stored */
    bool hash_known;
    struct merkle tree;                   /* of the rows behind it */
    enum digest_algorithm tree_algorithm; /* 0: none yet */
    struct ledger_seal seal;              /* the next one; last 0: not read yet */
    bool broken;                          /* the range of the seal was reported already */
    int64_t archived;                     /* the rows up to here are in files */
    int64_t bare;     /* up to here seals are looked at without rows; 0: not now */
    int64_t behind;   /* the row behind a gap that has more seals than a page; 0: none */
    bool crossed;     /* and they were looked at */
    bool beyond_seen; /* what lies behind the head was looked at */
};

/* To the walk's fault. */
void walk_report(struct ledger_walk *w, int64_t seq, const char *reason);
/* From the last row looked at on: another one of its seq may stand behind it. */
int walk_read_rows(struct ledger_walk *w, struct tx *tx) MUST_CHECK;
/* The rows of the page under way against @seals, which begin with the next one. */
void walk_check_page(struct ledger_walk *w, const struct rows *seals);
/* Those of @seals up to where rows begin again; then the rows are looked at. */
void walk_check_bare(struct ledger_walk *w, const struct rows *seals);
/* Whether rows are missing where the page begins (or, at the end of all rows, behind the last one). */
bool walk_begins_with_gap(const struct ledger_walk *w);
