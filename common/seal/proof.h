/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof - that one row stands in a signed history, as a document that needs no database
 *
 * It leads from the row's values over the root and its seal along the chain to the first seal that
 * was signed. Names and types of columns are labels beside the bytes, not sealed themselves.
 */
#pragma once
#include "common/base/arena.h"
#include "common/seal/fault.h"
#include "common/seal/merkle.h"
#include "common/seal/sign.h"
#include "common/seal/value.h"

struct proof_value {
    const char *column;
    enum seal_type type;
    struct bytes bytes; /* data NULL: null */
    const char *text;   /* as it was read; not looked at when a proof is written */
};
struct proof_seal {
    int64_t last;
    enum digest_algorithm algorithm;
    uint8_t root[DIGEST_SIZE];
    uint8_t hash[DIGEST_SIZE];
};
struct proof {
    struct seal_chain chain;
    int64_t seq;
    enum digest_algorithm algorithm; /* of the row's seal */
    const struct proof_value *values;
    size_t n_values;
    uint8_t digest[DIGEST_SIZE];
    int64_t first, last; /* rows of the row's seal; seqs have no gaps */
    struct merkle_step path[MERKLE_LEVELS];
    size_t n_path;
    uint8_t previous[DIGEST_SIZE];  /* the seal before the row's */
    uint8_t hash[DIGEST_SIZE];      /* the row's seal */
    const struct proof_seal *seals; /* those after it up to the signed one */
    size_t n_seals;
    bool is_signed;
    struct seal_signed signed_head; /* if it is */
};

/* Append @p as one JSON object without a newline. Bytes that are not of their type have an empty
 * text, and such a proof does not hold. */
void proof_format(const struct proof *p, struct str *out);
enum { PROOF_E_FORM = 1 }; /* no proof; @e says which part */
/* Everything lives in @a. Nothing is checked but the form. */
int proof_parse(struct arena *a, const char *text, size_t size, struct proof **ret_proof,
                struct errtext *e) MUST_CHECK;
/* Recompute everything and tell @listener what does not hold; returns the number of faults. Whether
 * the key is one to be trusted is the caller's question. */
size_t proof_check(const struct proof *p, struct seal_checker *checker,
                   const struct seal_listener *listener);
