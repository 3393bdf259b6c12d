/* SPDX-License-Identifier: Apache-2.0 */
/* proof_check - the judging half of proof.h */
#include <string.h>

#include "common/seal/proof.h"

#include "common/base/banned.h"

struct check {
    const struct proof *p;
    const struct seal_listener *listener;
    size_t n;
};

static void tell(struct check *c, enum seal_reason reason, int64_t first, int64_t last,
                 const char *detail)
{
    const struct seal_fault fault = {.reason = reason,
                                     .line = 1,
                                     .chain = &c->p->chain,
                                     .first = first,
                                     .last = last,
                                     .detail = detail};

    c->n++;
    if (c->listener->fault)
        c->listener->fault(c->listener->data, &fault);
}

/* What people read must be what the bytes say, and the row's own number the one it is proved for. */
static void check_value(struct check *c, const struct proof_value *v)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    const struct proof *p = c->p;

    if (!v->bytes.data)
        return;
    if (seal_value_text(v->type, v->bytes, &text) != 0)
        tell(c, SEAL_R_TYPE, p->seq, p->seq, v->column);
    else if (!str_equal(text.text, v->text))
        tell(c, SEAL_R_TEXT, p->seq, p->seq, v->column);
    else if (v->type == SEAL_BIGINT && strcmp(v->column, "seq") == 0 &&
             seal_value_int64(v->bytes.data) != p->seq)
        tell(c, SEAL_R_SEQ, p->seq, p->seq, NULL);
}

static void check_row(struct check *c)
{
    const struct proof *p = c->p;
    CLEANUP(row_digest_free) struct row_digest *row = row_digest_new(p->algorithm);
    uint8_t digest[DIGEST_SIZE];

    row_digest_begin(row, p->chain.ledger, p->chain.district);
    for (size_t i = 0; i < p->n_values; i++) {
        check_value(c, &p->values[i]);
        row_digest_field(row, p->values[i].bytes.data, p->values[i].bytes.size);
    }
    row_digest_finish(row, digest);
    if (memcmp(digest, p->digest, sizeof(digest)) != 0)
        tell(c, SEAL_R_DIGEST, p->seq, p->seq, NULL);
}

/* From the digest that is named, so that one change is one fault. */
static void check_seal(struct check *c)
{
    const struct proof *p = c->p;
    uint8_t root[DIGEST_SIZE], hash[DIGEST_SIZE], genesis[DIGEST_SIZE];

    if (p->first > p->seq || p->seq > p->last ||
        !merkle_path_fits(p->path, p->n_path, (uint64_t)p->last - (uint64_t)p->first + 1,
                          (uint64_t)p->seq - (uint64_t)p->first))
        tell(c, SEAL_R_PATH, p->seq, p->seq, NULL);
    merkle_path_root(p->algorithm, p->digest, p->path, p->n_path, root);
    seal_hash(p->algorithm, p->previous, root, p->first, p->last, hash);
    if (memcmp(hash, p->hash, sizeof(hash)) != 0)
        tell(c, SEAL_R_HASH, p->first, p->last, NULL);
    seal_genesis(&p->chain, genesis);
    if (p->first == 1 && memcmp(genesis, p->previous, sizeof(genesis)) != 0)
        tell(c, SEAL_R_GENESIS, p->first, p->last, NULL);
}

static void check_chain(struct check *c)
{
    const struct proof *p = c->p;
    const uint8_t *previous = p->hash;
    int64_t before = p->last;
    uint8_t hash[DIGEST_SIZE];

    for (size_t i = 0; i < p->n_seals; i++) {
        const struct proof_seal *s = &p->seals[i];

        if (s->last <= before)
            tell(c, SEAL_R_RANGE, 0, s->last, NULL);
        seal_hash(s->algorithm, previous, s->root, before + 1, s->last, hash);
        if (memcmp(hash, s->hash, sizeof(hash)) != 0)
            tell(c, SEAL_R_HASH, before < s->last ? before + 1 : 0, s->last, NULL);
        previous = s->hash;
        before = s->last;
    }
}

static void check_signed(struct check *c, struct seal_checker *checker)
{
    const struct proof *p = c->p;
    const struct seal_head *h = &p->signed_head.head;
    const struct proof_seal *end = p->n_seals ? &p->seals[p->n_seals - 1] : NULL;

    if (!p->is_signed)
        return;
    if (!seal_check(checker, &p->signed_head))
        tell(c, SEAL_R_SIGNATURE, 0, h->last, NULL);
    if (!seal_chain_equal(&h->chain, &p->chain) || h->last != (end ? end->last : p->last) ||
        h->algorithm != (end ? end->algorithm : p->algorithm) ||
        memcmp(h->hash, end ? end->hash : p->hash, DIGEST_SIZE) != 0)
        tell(c, SEAL_R_ANCHOR, 0, h->last, NULL);
}

size_t proof_check(const struct proof *p, struct seal_checker *checker,
                   const struct seal_listener *listener)
{
    struct check c = {.p = p, .listener = listener};

    check_row(&c);
    check_seal(&c);
    check_chain(&c);
    check_signed(&c, checker);
    return c.n;
}
