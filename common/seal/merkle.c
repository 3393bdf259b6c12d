/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/merkle.h"

#include <string.h>

#include "common/base/banned.h"

/* ret_node may be one of the two. */
static void join(struct digest *d, const uint8_t left[DIGEST_SIZE],
                 const uint8_t right[DIGEST_SIZE], uint8_t ret_node[DIGEST_SIZE])
{
    uint8_t text[1 + 2 * DIGEST_SIZE]; /* one call into the library is cheaper than three */

    text[0] = 0x01;
    memcpy(text + 1, left, DIGEST_SIZE);
    memcpy(text + 1 + DIGEST_SIZE, right, DIGEST_SIZE);
    digest_add(d, text, sizeof(text));
    digest_finish(d, ret_node);
}

void merkle_init(struct merkle *m, enum digest_algorithm algorithm)
{
    m->digest = digest_new(algorithm);
    m->n = 0;
}

void merkle_release(struct merkle *m)
{
    digest_free(m->digest);
    m->digest = NULL;
}

void merkle_reset(struct merkle *m)
{
    m->n = 0;
}

void merkle_add(struct merkle *m, const uint8_t leaf[DIGEST_SIZE])
{
    uint8_t node[DIGEST_SIZE];
    unsigned level = 0;

    memcpy(node, leaf, DIGEST_SIZE);
    for (; m->n >> level & 1; level++)
        join(m->digest, m->whole[level], node, node);
    memcpy(m->whole[level], node, DIGEST_SIZE);
    m->n++;
}

void merkle_root(const struct merkle *m, uint8_t ret_root[DIGEST_SIZE])
{
    unsigned level = 0;

    CHECK(m->n > 0);
    while (!(m->n >> level & 1))
        level++;
    memcpy(ret_root, m->whole[level], DIGEST_SIZE);
    for (level++; level < MERKLE_LEVELS; level++)
        if (m->n >> level & 1)
            join(m->digest, m->whole[level], ret_root, ret_root);
}

/* The largest power of two below @n, which is at least 2. */
static uint64_t left_part(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

static void root_of(struct merkle *m, const uint8_t (*leaves)[DIGEST_SIZE], size_t n,
                    uint8_t ret_root[DIGEST_SIZE])
{
    merkle_reset(m);
    for (size_t i = 0; i < n; i++)
        merkle_add(m, leaves[i]);
    merkle_root(m, ret_root);
}

size_t merkle_path(enum digest_algorithm algorithm, const uint8_t (*leaves)[DIGEST_SIZE], size_t n,
                   size_t i, struct merkle_step ret_steps[MERKLE_LEVELS])
{
    struct merkle_step down[MERKLE_LEVELS];
    size_t n_steps = 0;
    CLEANUP(merkle_release) struct merkle m;

    CHECK(i < n);
    merkle_init(&m, algorithm);
    while (n > 1) {
        size_t k = left_part(n);
        struct merkle_step *step = &down[n_steps++];

        step->left = i >= k;
        if (step->left) {
            root_of(&m, leaves, k, step->hash);
            leaves += k;
            i -= k;
            n -= k;
        } else {
            root_of(&m, leaves + k, n - k, step->hash);
            n = k;
        }
    }
    for (size_t s = 0; s < n_steps; s++)
        ret_steps[s] = down[n_steps - 1 - s];
    return n_steps;
}

void merkle_path_root(enum digest_algorithm algorithm, const uint8_t leaf[DIGEST_SIZE],
                      const struct merkle_step *steps, size_t n_steps,
                      uint8_t ret_root[DIGEST_SIZE])
{
    CLEANUP(digest_free) struct digest *d = digest_new(algorithm);
    uint8_t node[DIGEST_SIZE];

    memcpy(node, leaf, DIGEST_SIZE);
    for (size_t s = 0; s < n_steps; s++)
        if (steps[s].left)
            join(d, steps[s].hash, node, node);
        else
            join(d, node, steps[s].hash, node);
    memcpy(ret_root, node, DIGEST_SIZE);
}

bool merkle_path_fits(const struct merkle_step *steps, size_t n_steps, uint64_t n, uint64_t i)
{
    while (n > 1) {
        uint64_t k = left_part(n);
        bool left = i >= k;

        if (!n_steps || steps[--n_steps].left != left)
            return false;
        if (left)
            i -= k;
        n = left ? n - k : k;
    }
    return n == 1 && i == 0 && n_steps == 0;
}
