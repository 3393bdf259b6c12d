/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merkle - one hash over many rows, and the short way from a row to it
 *
 * The tree of RFC 6962 over given leaves: a node is H(0x01 | left | right), the left part of n > 1
 * leaves is the largest power of two below n, one leaf is its own root. Leaves are row digests
 * (seal.h), which begin with another byte, so that no node can be shown as a row.
 */
#pragma once
#include "common/base/digest.h"

enum { MERKLE_LEVELS = 64 };

/* A tree that grows leaf by leaf; holds one hash a level whatever the number of leaves. */
struct merkle {
    struct digest *digest;
    uint64_t n;
    uint8_t whole[MERKLE_LEVELS]
                 [DIGEST_SIZE]; /* [k]: root of the 2^k leaves that bit k of n stands for */
};
/* Empty; merkle_release frees the hash context. */
void merkle_init(struct merkle *m, enum digest_algorithm algorithm);
void merkle_release(struct merkle *m);
UNUSED static inline void merkle_releasep(struct merkle *m)
{
    merkle_release(m);
}
/* Empty again, the same algorithm. */
void merkle_reset(struct merkle *m);
/* One more leaf: one hash on average, no allocation. */
void merkle_add(struct merkle *m, const uint8_t leaf[DIGEST_SIZE]);
/* The root of what was added, at least one leaf; more may be added afterwards. */
void merkle_root(const struct merkle *m, uint8_t ret_root[DIGEST_SIZE]);

/* One node beside the way from a leaf up to the root. */
struct merkle_step {
    bool left; /* it stands left of the way */
    uint8_t hash[DIGEST_SIZE];
};
/*
 * The steps of leaf @i of @n, from the leaf upwards (RFC 6962, 2.1.1); returns how many. Hashes
 * every other leaf once. @i < @n, @leaves is n values of DIGEST_SIZE.
 */
size_t merkle_path(enum digest_algorithm algorithm, const uint8_t (*leaves)[DIGEST_SIZE], size_t n,
                   size_t i, struct merkle_step ret_steps[MERKLE_LEVELS]);
/* The root that @leaf and its steps give. */
void merkle_path_root(enum digest_algorithm algorithm, const uint8_t leaf[DIGEST_SIZE],
                      const struct merkle_step *steps, size_t n_steps,
                      uint8_t ret_root[DIGEST_SIZE]);
/* Whether the sides of @steps are those of leaf @i of @n. */
bool merkle_path_fits(const struct merkle_step *steps, size_t n_steps, uint64_t n, uint64_t i);
