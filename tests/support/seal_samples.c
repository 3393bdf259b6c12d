/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/seal_samples.h"

#include <string.h>

#include "common/base/banned.h"

static const struct {
    const char *name;
    enum seal_type type;
} columns[SAMPLE_COLUMNS] = {
    {"seq", SEAL_BIGINT},       {"id", SEAL_UUID},   {"recorded_at", SEAL_TIMESTAMPTZ},
    {"accepted", SEAL_BOOLEAN}, {"name", SEAL_TEXT}, {"remark", SEAL_TEXT},
    {"payload", SEAL_BYTEA},
};

static void put_int64(uint8_t *to, int64_t n)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
}

void sample_row(int64_t seq, struct sample_row *row)
{
    size_t sizes[SAMPLE_COLUMNS] = {8, 16, 8, 1, 0, 0, (size_t)(seq % 40)};

    memset(row, 0, sizeof(*row));
    put_int64(row->bytes[0], seq);
    memset(row->bytes[1], (int)(seq & 0x7f), 16);
    put_int64(row->bytes[2], INT64_C(845000000000000) + seq * 1000);
    row->bytes[3][0] = seq % 2 == 0;
    sizes[4] = (size_t)snprintf((char *)row->bytes[4], 64, "样例企业 \"%lld\"", (long long)seq);
    memset(row->bytes[6], 0xa5, 64);
    for (size_t i = 0; i < SAMPLE_COLUMNS; i++) {
        bool is_null = i == 5 && seq % 3 == 0;

        row->values[i].column = columns[i].name;
        row->values[i].type = columns[i].type;
        row->values[i].bytes = (struct bytes){is_null ? NULL : row->bytes[i], sizes[i]};
    }
}

static void row_leaf(const struct samples *s, int64_t seq, struct row_digest *d,
                     uint8_t ret_leaf[DIGEST_SIZE])
{
    struct sample_row row;

    sample_row(seq, &row);
    row_digest_begin(d, s->chain.ledger, s->chain.district);
    for (size_t i = 0; i < SAMPLE_COLUMNS; i++)
        row_digest_field(d, row.values[i].bytes.data, row.values[i].bytes.size);
    row_digest_finish(d, ret_leaf);
}

static size_t seal_leaves(const struct samples *s, const struct archive_seal *seal,
                          uint8_t (**ret_leaves)[DIGEST_SIZE])
{
    CLEANUP(row_digest_free) struct row_digest *d = row_digest_new(seal->algorithm);
    size_t n = (size_t)(seal->last - seal->first + 1);

    *ret_leaves = malloc(n * DIGEST_SIZE);
    CHECK(*ret_leaves);
    for (size_t i = 0; i < n; i++)
        row_leaf(s, seal->first + (int64_t)i, d, (*ret_leaves)[i]);
    return n;
}

void samples_previous(const struct samples *s, size_t i, uint8_t ret_hash[DIGEST_SIZE])
{
    if (i)
        memcpy(ret_hash, s->seals[i - 1].hash, DIGEST_SIZE);
    else
        seal_genesis(&s->chain, ret_hash);
}

void samples_init(struct samples *s, const char *service, const char *ledger, const char *district,
                  const int *sizes, const enum digest_algorithm *algorithms, size_t n)
{
    int64_t first = 1;

    CHECK(seal_chain_set(&s->chain, service, ledger, district) == 0);
    s->n_seals = n;
    s->seals = calloc(n, sizeof(*s->seals));
    CHECK(s->seals);
    for (size_t i = 0; i < n; i++) {
        struct archive_seal *seal = &s->seals[i];
        CLEANUP(merkle_release) struct merkle m;
        uint8_t(*leaves)[DIGEST_SIZE], previous[DIGEST_SIZE];
        size_t n_leaves;

        *seal = (struct archive_seal){first, first + sizes[i] - 1, algorithms[i]};
        n_leaves = seal_leaves(s, seal, &leaves);
        merkle_init(&m, seal->algorithm);
        for (size_t k = 0; k < n_leaves; k++)
            merkle_add(&m, leaves[k]);
        merkle_root(&m, seal->root);
        samples_previous(s, i, previous);
        seal_hash(seal->algorithm, previous, seal->root, seal->first, seal->last, seal->hash);
        free(leaves);
        first = seal->last + 1;
    }
}

void samples_release(struct samples *s)
{
    free(s->seals);
    *s = (struct samples){0};
}

void samples_sign(const struct samples *s, size_t i, int64_t at, struct seal_key *key,
                  struct seal_signed *ret_signed)
{
    struct seal_head head = {s->chain, s->seals[i].last, s->seals[i].algorithm, {0}, at};

    memcpy(head.hash, s->seals[i].hash, sizeof(head.hash));
    CHECK(seal_sign(key, &head, ret_signed) == 0);
}

void samples_archive(const struct samples *s, size_t from, size_t to, const char *month, FILE *f)
{
    CLEANUP(archive_writer_free) struct archive_writer *w = NULL;
    struct archive_head *h = calloc(1, sizeof(*h));

    CHECK(h);
    h->chain = s->chain;
    snprintf(h->month, sizeof(h->month), "%s", month);
    h->n_columns = SAMPLE_COLUMNS;
    for (size_t i = 0; i < SAMPLE_COLUMNS; i++) {
        snprintf(h->columns[i].name, SEAL_NAME, "%s", columns[i].name);
        h->columns[i].type = columns[i].type;
    }
    h->first = s->seals[from].first;
    h->last = s->seals[to].last;
    h->algorithm = s->seals[from].algorithm;
    samples_previous(s, from, h->previous);
    w = archive_writer_new(f, h);
    for (size_t i = from; i <= to; i++) {
        for (int64_t seq = s->seals[i].first; seq <= s->seals[i].last; seq++) {
            struct bytes values[SAMPLE_COLUMNS];
            struct sample_row row;

            sample_row(seq, &row);
            for (size_t k = 0; k < SAMPLE_COLUMNS; k++)
                values[k] = row.values[k].bytes;
            archive_row(w, seq, values);
        }
        archive_seal(w, &s->seals[i]);
    }
    CHECK(archive_end(w) == 0);
    free(h);
}

static void prove_row(const struct samples *s, struct arena *a, size_t i, struct proof *p)
{
    struct sample_row *row = arena_new_one(a, struct sample_row);
    uint8_t(*leaves)[DIGEST_SIZE];
    size_t n = seal_leaves(s, &s->seals[i], &leaves);

    sample_row(p->seq, row);
    p->values = row->values;
    p->n_values = SAMPLE_COLUMNS;
    memcpy(p->digest, leaves[p->seq - p->first], DIGEST_SIZE);
    p->n_path = merkle_path(p->algorithm, (const uint8_t(*)[DIGEST_SIZE])leaves, n,
                            (size_t)(p->seq - p->first), p->path);
    free(leaves);
}

struct proof *samples_proof(const struct samples *s, struct arena *a, int64_t seq, size_t anchor,
                            struct seal_key *key)
{
    struct proof *p = arena_new_one(a, struct proof);
    struct proof_seal *after;
    size_t i = 0;

    while (s->seals[i].last < seq)
        i++;
    p->chain = s->chain;
    p->seq = seq;
    p->algorithm = s->seals[i].algorithm;
    p->first = s->seals[i].first;
    p->last = s->seals[i].last;
    prove_row(s, a, i, p);
    samples_previous(s, i, p->previous);
    memcpy(p->hash, s->seals[i].hash, DIGEST_SIZE);
    p->n_seals = anchor - i;
    after = arena_new_array(a, struct proof_seal, p->n_seals + 1);
    for (size_t k = 0; k < p->n_seals; k++) {
        const struct archive_seal *seal = &s->seals[i + 1 + k];

        after[k].last = seal->last;
        after[k].algorithm = seal->algorithm;
        memcpy(after[k].root, seal->root, DIGEST_SIZE);
        memcpy(after[k].hash, seal->hash, DIGEST_SIZE);
    }
    p->seals = after;
    p->is_signed = key != NULL;
    if (key)
        samples_sign(s, anchor, INT64_C(1763712000000001), key, &p->signed_head);
    return p;
}
