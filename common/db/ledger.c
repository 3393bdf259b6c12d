/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The appending side of ledgers. Rows are held back until the commit. What goes to stream and log is
 * then written by one statement a district, in the order of the districts; it moves the head and
 * closes the seal in the server, so that no round trip stands between. Rows of a service's own
 * ledgers are rare: their heads are locked and read first, one round trip a district.
 */
#include "common/db/ledger.h"

#include <errno.h>
#include <string.h>

#include "common/db/ledger_hash.h"
#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

const struct ledger frame_stream = {"stream", NULL, &sql_frame_stream_chain};
const struct ledger frame_log = {"log", NULL, &sql_frame_log_chain};

struct held {
    struct held *next;
    const struct ledger *ledger;
    const char *district;
    const struct sql_arg *values;
    size_t n_values;
};

/* The values of the frame's two, in the order of frame_commit. */
static const enum sql_kind log_kinds[] = {SQL_UUID, SQL_TEXT,  SQL_AT,   SQL_TEXT,
                                          SQL_TEXT, SQL_BYTES, SQL_TEXT, SQL_TEXT,
                                          SQL_TEXT, SQL_TEXT,  SQL_BYTES};
static const enum sql_kind stream_kinds[] = {SQL_UUID, SQL_TEXT, SQL_AT,   SQL_UUID,
                                             SQL_TEXT, SQL_TEXT, SQL_BOOL, SQL_BYTES};
enum { LOG_VALUES = ARRAY_LEN(log_kinds), STREAM_VALUES = ARRAY_LEN(stream_kinds), AT_VALUE = 2 };
enum { COMMIT_PARAMS = 4 + 4 + LOG_VALUES + 4 + STREAM_VALUES };

/* One of stream and log of one district, in one transaction. */
struct share {
    const struct ledger *ledger;
    const enum sql_kind *kinds;
    size_t n_values, n;
    const struct held **rows;
    uint8_t root[DIGEST_SIZE], hash[DIGEST_SIZE];
    bool hashed; /* here, not in the server */
};

struct part {
    struct part *next;
    const char *district;
    struct share log, stream;
    int64_t at;       /* the latest business time */
    PGresult *result; /* of frame_commit */
    struct advance advance;
};

/* ---- holding back ---- */

static struct sql_arg keep_value(struct arena *arena, struct sql_arg value)
{
    CHECK(value.kind < SQL_TEXT_ARRAY);
    if (value.kind == SQL_TEXT)
        value.text = arena_strdup(arena, value.text);
    else if (value.kind == SQL_BYTES)
        value.bytes.data = arena_memdup(arena, value.bytes.data, value.bytes.size);
    return value;
}

void tx_ledger(struct tx *tx, const struct ledger *ledger, const char *district,
               const struct sql_arg *values, size_t n_values)
{
    struct held *row = arena_new_one(tx->arena, struct held);
    struct sql_arg *copy = arena_new_array(tx->arena, struct sql_arg, n_values + 1);

    CHECK(tx->mode < TX_READ_ONLY);
    CHECK(n_values == (ledger == &frame_log ? LOG_VALUES
                       : ledger == &frame_stream
                           ? STREAM_VALUES
                           : (size_t)ledger->append->n_params - LEDGER_OWN_PARAMS));
    if (tx->failed)
        return;
    for (size_t i = 0; i < n_values; i++)
        copy[i] = keep_value(tx->arena, values[i]);
    *row = (struct held){.ledger = ledger,
                         .district = arena_strdup(tx->arena, district),
                         .values = copy,
                         .n_values = n_values};
    *tx->held_end = row;
    tx->held_end = &row->next;
    tx->n_held++;
}

struct held_mark tx_held_mark(const struct tx *tx)
{
    return (struct held_mark){tx->held_end, tx->n_held};
}

void tx_held_back(struct tx *tx, struct held_mark mark)
{
    tx->held_end = mark.end;
    *mark.end = NULL;
    tx->n_held = mark.n;
}

/* ---- digests ---- */

static void digest_row(struct row_digest *d, const struct tx *tx, const struct held *row,
                       uint8_t ret_digest[DIGEST_SIZE])
{
    struct sql_arg wall_at = AT(tx->wall_at);

    row_digest_begin(d, row->ledger->name, row->district);
    row_digest_value(d, &wall_at);
    for (size_t i = 0; i < row->n_values; i++)
        row_digest_value(d, &row->values[i]);
    row_digest_finish(d, ret_digest);
}

/* The digests of @rows in the arena, and their root. */
static const uint8_t *digest_rows(const struct tx *tx, const struct held *const *rows, size_t n,
                                  uint8_t ret_root[DIGEST_SIZE])
{
    CLEANUP(row_digest_free) struct row_digest *d = row_digest_new(ledger_algorithm());
    CLEANUP(merkle_release) struct merkle m;
    uint8_t *digests = arena_alloc(tx->arena, n * DIGEST_SIZE + 1);

    merkle_init(&m, ledger_algorithm());
    for (size_t i = 0; i < n; i++) {
        digest_row(d, tx, rows[i], digests + i * DIGEST_SIZE);
        merkle_add(&m, digests + i * DIGEST_SIZE);
    }
    if (n)
        merkle_root(&m, ret_root);
    return digests;
}

/* ---- a service's own ledgers ---- */

static bool is_own(const struct held *row)
{
    return row->ledger->append != NULL;
}

struct own {
    const struct ledger *ledger;
    const struct held **rows;
    size_t n;
    int64_t seq;
    uint8_t hash[DIGEST_SIZE];
    bool found;
};

/* The own ledgers of @district that get rows; their number. */
static size_t gather_own(struct tx *tx, const char *district, struct own *list)
{
    size_t n = 0, k;

    for (const struct held *row = tx->held; row; row = row->next) {
        if (!is_own(row) || strcmp(row->district, district) != 0)
            continue;
        for (k = 0; k < n && list[k].ledger != row->ledger; k++)
            continue;
        if (k == n)
            list[n++] =
                (struct own){.ledger = row->ledger,
                             .rows = arena_new_array(tx->arena, const struct held *, tx->n_held)};
        list[k].rows[list[k].n++] = row;
    }
    return n;
}

static void read_own(const struct rows *rows, struct own *list, size_t n)
{
    for (size_t i = 0; i < rows_count(rows); i++)
        for (size_t k = 0; k < n; k++)
            if (!strcmp(list[k].ledger->name, rows_text(rows, i, "ledger"))) {
                struct bytes hash = rows_bytes(rows, i, "hash");

                CHECK(hash.size == DIGEST_SIZE); /* the table's own constraint */
                memcpy(list[k].hash, hash.data, DIGEST_SIZE);
                list[k].seq = rows_i64(rows, i, "seq");
                list[k].found = true;
            }
}

static void make_own(struct tx *tx, const char *district, const struct own *list, size_t n)
{
    struct sql_arg *districts = arena_new_array(tx->arena, struct sql_arg, n),
                   *names = arena_new_array(tx->arena, struct sql_arg, n),
                   *genesis = arena_new_array(tx->arena, struct sql_arg, n);

    for (size_t i = 0; i < n; i++) {
        uint8_t *hash = arena_alloc(tx->arena, DIGEST_SIZE);

        ledger_genesis(list[i].ledger->name, district, hash);
        districts[i] = T(district);
        names[i] = T(list[i].ledger->name);
        genesis[i] = BY(hash, DIGEST_SIZE);
    }
    sql_exec(tx, &sql_ledger_heads_make, RA(SQL_TEXT, districts, n), RA(SQL_TEXT, names, n),
             RA(SQL_BYTES, genesis, n));
}

/* Heads are made at start, so a missing one is only met in a district this instance does not serve. */
static int lock_own(struct tx *tx, const char *district, struct own *list, size_t n)
{
    struct sql_arg *names = arena_new_array(tx->arena, struct sql_arg, n);
    struct rows *rows;
    int r;

    for (size_t i = 0; i < n; i++)
        names[i] = T(list[i].ledger->name);
    for (int again = 0; again < 2; again++) {
        r = sql_query(tx, &sql_ledger_head_lock, &rows, T(district), RA(SQL_TEXT, names, n));
        if (r)
            return r;
        read_own(rows, list, n);
        if (rows_count(rows) == n)
            return 0;
        make_own(tx, district, list, n);
    }
    errtext_set(&tx->error, "ledger_head_lock: a head can be neither found nor made");
    return tx->failed = TX_E_MACHINE;
}

static void append_own(struct tx *tx, const char *district, struct own *own)
{
    uint8_t *root = arena_alloc(tx->arena, DIGEST_SIZE);
    const uint8_t *digests = digest_rows(tx, own->rows, own->n, root);
    int64_t first = own->seq + 1;

    for (size_t i = 0; i < own->n; i++) {
        size_t n_args = LEDGER_OWN_PARAMS + own->rows[i]->n_values;
        struct sql_arg *args = arena_new_array(tx->arena, struct sql_arg, n_args);

        args[0] = T(district);
        args[1] = I(++own->seq);
        args[2] = AT(tx->wall_at);
        args[3] = BY(digests + i * DIGEST_SIZE, DIGEST_SIZE);
        memcpy(args + LEDGER_OWN_PARAMS, own->rows[i]->values,
               own->rows[i]->n_values * sizeof(*args));
        tx_exec(tx, own->ledger->append, args, n_args);
    }
    seal_hash(ledger_algorithm(), own->hash, root, first, own->seq, own->hash);
    sql_exec(tx, &sql_ledger_seal, T(district), T(own->ledger->name), I(first), I(own->seq),
             T(digest_name(ledger_algorithm())), BY(root, DIGEST_SIZE), BY(own->hash, DIGEST_SIZE));
}

/* @after: the district before; NULL ends. Districts are few, so the next is looked for. */
static const char *next_district(const struct tx *tx, const char *after, bool own)
{
    const char *next = NULL;

    for (const struct held *row = tx->held; row; row = row->next)
        if (is_own(row) == own && (!after || strcmp(row->district, after) > 0) &&
            (!next || strcmp(row->district, next) < 0))
            next = row->district;
    return next;
}

static void seal_own(struct tx *tx)
{
    for (const char *d = NULL; !tx->failed && (d = next_district(tx, d, true));) {
        struct own *list = arena_new_array(tx->arena, struct own, tx->n_held);
        size_t n = gather_own(tx, d, list);

        if (lock_own(tx, d, list, n))
            return;
        for (size_t i = 0; i < n; i++)
            append_own(tx, d, &list[i]);
    }
}

/* ---- stream and log ---- */

static struct share new_share(const struct tx *tx, const struct ledger *ledger,
                              const enum sql_kind *kinds, size_t n_values)
{
    return (struct share){.ledger = ledger,
                          .kinds = kinds,
                          .n_values = n_values,
                          .rows = arena_new_array(tx->arena, const struct held *, tx->n_held)};
}

static struct part *new_part(const struct tx *tx, const char *district)
{
    struct part *part = arena_new_one(tx->arena, struct part);

    part->district = district;
    part->at = INSTANT_NONE;
    part->log = new_share(tx, &frame_log, log_kinds, LOG_VALUES);
    part->stream = new_share(tx, &frame_stream, stream_kinds, STREAM_VALUES);
    for (const struct held *row = tx->held; row; row = row->next) {
        struct share *share = row->ledger == &frame_log ? &part->log : &part->stream;

        if (is_own(row) || strcmp(row->district, district) != 0)
            continue;
        share->rows[share->n++] = row;
        if (row->values[AT_VALUE].i64 > part->at)
            part->at = row->values[AT_VALUE].i64;
    }
    return part;
}

/* The share's parameters of frame_commit. */
static struct sql_arg *put_share(const struct tx *tx, struct share *share, struct sql_arg *args)
{
    const uint8_t *digests = digest_rows(tx, share->rows, share->n, share->root);
    struct sql_arg *column = arena_new_array(tx->arena, struct sql_arg, share->n + 1);

    *args++ = I((int64_t)share->n);
    *args++ = BY(share->n ? share->root : NULL, DIGEST_SIZE);
    *args++ = BY(share->hashed ? share->hash : NULL, DIGEST_SIZE);
    for (size_t i = 0; i < share->n; i++)
        column[i] = BY(digests + i * DIGEST_SIZE, DIGEST_SIZE);
    *args++ = RA(SQL_BYTES, column, share->n);
    for (size_t v = 0; v < share->n_values; v++) {
        column = arena_new_array(tx->arena, struct sql_arg, share->n + 1);
        for (size_t i = 0; i < share->n; i++)
            column[i] = share->rows[i]->values[v];
        *args++ = RA(share->kinds[v], column, share->n);
    }
    return args;
}

static void hash_share(struct share *share, const struct tx *tx, const struct rows *head,
                       const char *seq, const char *hash)
{
    struct bytes previous = rows_bytes(head, 0, hash);
    int64_t before = rows_i64(head, 0, seq);

    if (!share->n)
        return;
    (void)digest_rows(tx, share->rows, share->n, share->root);
    seal_hash(ledger_algorithm(), previous.data, share->root, before + 1,
              before + (int64_t)share->n, share->hash);
    share->hashed = true;
}

/* PostgreSQL has no SM3: the head is locked a round trip earlier and the seal closed here. */
static int hash_part(struct tx *tx, struct part *part)
{
    struct rows *head;
    int r = sql_query(tx, &sql_frame_head_lock, &head, T(part->district));

    if (r || rows_count(head) == 0)
        return r;
    hash_share(&part->log, tx, head, "log_seq", "log_hash");
    hash_share(&part->stream, tx, head, "stream_seq", "stream_hash");
    return 0;
}

static void seal_part(struct tx *tx, struct part *part)
{
    struct sql_arg *args = arena_new_array(tx->arena, struct sql_arg, COMMIT_PARAMS), *end;

    if (ledger_algorithm() != DIGEST_SHA256 && hash_part(tx, part))
        return;
    args[0] = T(part->district);
    args[1] = AT(tx->wall_at);
    args[2] = AT(part->at);
    args[3] = T(digest_name(ledger_algorithm()));
    end = put_share(tx, &part->stream, put_share(tx, &part->log, args + 4));
    CHECK(end - args == COMMIT_PARAMS);
    tx_send(tx, &sql_frame_commit, args, COMMIT_PARAMS, &part->result);
}

void tx_seal(struct tx *tx)
{
    struct part **end = &tx->parts;

    if (!tx->held)
        return;
    tx->wall_at = wall_now_us();
    seal_own(tx);
    for (const char *d = NULL; !tx->failed && (d = next_district(tx, d, false));) {
        *end = new_part(tx, d);
        seal_part(tx, *end);
        end = &(*end)->next;
    }
}

/* ---- after the commit ---- */

static void copy_hash(const struct rows *rows, const char *column, uint8_t ret[DIGEST_SIZE])
{
    struct bytes b = rows_bytes(rows, 0, column);

    CHECK(b.size == DIGEST_SIZE); /* the table's own constraint */
    memcpy(ret, b.data, DIGEST_SIZE);
}

static void advance_of(struct tx *tx, struct part *part, struct advance *a)
{
    struct rows *rows = rows_new(tx->arena, TAKE(part->result));
    struct ledger_row *events = arena_new_array(tx->arena, struct ledger_row, part->stream.n + 1);

    CHECK(rows_count(rows) == 1); /* without a head the statement failed */
    for (size_t i = 0; i < part->stream.n; i++)
        events[i].values = part->stream.rows[i]->values;
    *a = (struct advance){.district = part->district,
                          .stream_seq = rows_i64(rows, 0, "stream_seq"),
                          .log_seq = rows_i64(rows, 0, "log_seq"),
                          .events = events};
    a->stream_from = a->stream_seq - (int64_t)part->stream.n;
    copy_hash(rows, "stream_hash", a->stream_hash);
    copy_hash(rows, "log_hash", a->log_hash);
    memcpy(a->stream_root, part->stream.root, DIGEST_SIZE);
}

bool advance_follows(const uint8_t hash[DIGEST_SIZE], const uint8_t root[DIGEST_SIZE], int64_t from,
                     int64_t to, const uint8_t now[DIGEST_SIZE])
{
    uint8_t expected[DIGEST_SIZE];

    seal_hash(ledger_algorithm(), hash, root, from + 1, to, expected);
    return memcmp(expected, now, DIGEST_SIZE) == 0;
}

void tx_keep_advances(struct tx *tx)
{
    size_t n = 0;

    for (const struct part *part = tx->parts; part; part = part->next)
        n++;
    struct advance *advances = arena_new_array(tx->arena, struct advance, n + 1);

    n = 0;
    for (struct part *part = tx->parts; part; part = part->next)
        advance_of(tx, part, &advances[n++]);
    tx->pg->advances = advances;
    tx->pg->n_advances = n;
}

void tx_forget_parts(struct tx *tx)
{
    for (struct part *part = tx->parts; part; part = part->next)
        PQclear(TAKE(part->result));
}

size_t tx_advances(const struct pg *pg, const struct advance **ret_advances)
{
    *ret_advances = pg->advances;
    return pg->n_advances;
}

/* ---- heads ---- */

static void make_heads(struct tx *tx, const char *const *districts, size_t n)
{
    struct sql_arg *names = arena_new_array(tx->arena, struct sql_arg, n),
                   *streams = arena_new_array(tx->arena, struct sql_arg, n),
                   *logs = arena_new_array(tx->arena, struct sql_arg, n);

    for (size_t i = 0; i < n; i++) {
        uint8_t *hash = arena_alloc(tx->arena, 2 * DIGEST_SIZE);

        ledger_genesis(frame_stream.name, districts[i], hash);
        ledger_genesis(frame_log.name, districts[i], hash + DIGEST_SIZE);
        names[i] = T(districts[i]);
        streams[i] = BY(hash, DIGEST_SIZE);
        logs[i] = BY(hash + DIGEST_SIZE, DIGEST_SIZE);
    }
    sql_exec(tx, &sql_frame_heads_make, RA(SQL_TEXT, names, n), RA(SQL_BYTES, streams, n),
             RA(SQL_BYTES, logs, n));
}

void tx_make_head(struct tx *tx, const char *district)
{
    make_heads(tx, &district, 1);
}

int ledger_make_heads(struct pg *pg, const char *const *districts, size_t n_districts,
                      const struct ledger *const *own, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    size_t n = 0;

    make_heads(tx, districts, n_districts);
    while (own && own[n])
        n++;
    struct own *list = arena_new_array(arena, struct own, n + 1);

    for (size_t i = 0; i < n; i++)
        list[i].ledger = own[i];
    for (size_t i = 0; i < n_districts && n; i++)
        make_own(tx, districts[i], list, n);
    return err_fold(tx_commit(tx, e));
}
