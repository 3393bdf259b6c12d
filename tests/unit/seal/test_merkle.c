/* SPDX-License-Identifier: Apache-2.0 */
/* Constants: vectors.py beside this file. Leaf i is the hash of the one byte i. */
#include "common/seal/merkle.h"

#include <criterion/criterion.h>
#include <string.h>

enum { MANY = 260 };
static uint8_t leaves[MANY][DIGEST_SIZE];

static void make_leaves(enum digest_algorithm algorithm)
{
    for (int i = 0; i < MANY; i++) {
        uint8_t byte = (uint8_t)i;

        digest_once(algorithm, &byte, 1, leaves[i]);
    }
}

static void root_of(enum digest_algorithm algorithm, size_t n, uint8_t ret_root[DIGEST_SIZE])
{
    CLEANUP(merkle_release) struct merkle m;

    merkle_init(&m, algorithm);
    for (size_t i = 0; i < n; i++)
        merkle_add(&m, leaves[i]);
    merkle_root(&m, ret_root);
}

static const struct {
    enum digest_algorithm algorithm;
    size_t n;
    const char *root;
} known[] = {
    {DIGEST_SHA256, 1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {DIGEST_SHA256, 2, "c71a16f21f917ed84ea2caa90b0904c9179a4c9c2369a9b4ec57e11a3f25a7a2"},
    {DIGEST_SHA256, 3, "d78663a8f1a2d99ee97fe38a605be2f54e2872c3a63a13077d617e4a940725bd"},
    {DIGEST_SHA256, 4, "3c27c71481d08c1350991b07d3399aced347c594b1e5a4e23625786605998fd0"},
    {DIGEST_SHA256, 5, "550347fe72bcb7c23a0576eb793f410a6192c5d678b483eb1adfd880720b55ea"},
    {DIGEST_SHA256, 7, "cc73b298e8e4f30a03faa5269796029c17e3fe4b1519250482ddc00a7d2e20da"},
    {DIGEST_SHA256, 8, "f36bcde6dad5de59abe552a27830872409aada55ff786972f67b0cacb653353d"},
    {DIGEST_SHA256, 31, "01c27b8c64e2c3cecb5cbba24246876ff47d814d79cda2798d64eb4f0954521d"},
    {DIGEST_SHA256, 33, "3efafbe73b31e6e9f0ad027a29c7bdb2b7aa81ce11ddc3133cf6485e2f56ead4"},
    {DIGEST_SHA256, 64, "e6c1798547d1b28e0dd4c529d5e4e72da9a41e1252c1801444032825ce77f980"},
    {DIGEST_SHA256, 100, "182e5c60166a38f25fccd704818af5ab3e237dc2fbcbf843911c0b4709c201b6"},
    {DIGEST_SM3, 1, "2daef60e7a0b8f5e024c81cd2ab3109f2b4f155cf83adeb2ae5532f74a157fdf"},
    {DIGEST_SM3, 3, "dd13ae1f58ee4f65e4b52ed4198953f84a5c85315911f8a3d38bcf0191241ac2"},
    {DIGEST_SM3, 7, "93590083586f59102d7aea84b14e712cc6a6911d87885cd8fed44b9ec903e4a7"},
    {DIGEST_SM3, 100, "d80bab6406b236552fee53a9834880107050aacc9411b3c276b84a05be000a4a"},
};

Test(merkle, gives_the_roots_that_others_compute)
{
    char hex[DIGEST_HEX];
    uint8_t root[DIGEST_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        make_leaves(known[i].algorithm);
        root_of(known[i].algorithm, known[i].n, root);
        cr_assert_str_eq(hex_format(root, sizeof(root), hex), known[i].root, "%s of %zu",
                         digest_name(known[i].algorithm), known[i].n);
    }
}

Test(merkle, a_root_may_be_asked_between_leaves_and_after_a_reset)
{
    CLEANUP(merkle_release) struct merkle m;
    uint8_t root[DIGEST_SIZE], want[DIGEST_SIZE];

    make_leaves(DIGEST_SHA256);
    merkle_init(&m, DIGEST_SHA256);
    for (int turn = 0; turn < 2; turn++) {
        for (size_t n = 1; n <= 70; n++) {
            merkle_add(&m, leaves[n - 1]);
            merkle_root(&m, root);
            root_of(DIGEST_SHA256, n, want);
            cr_assert_eq(memcmp(root, want, sizeof(root)), 0, "%zu", n);
        }
        merkle_reset(&m);
    }
}

Test(merkle, every_leaf_leads_to_the_root_and_no_other_leaf_does)
{
    make_leaves(DIGEST_SHA256);
    for (size_t n = 1; n <= MANY; n = n < 34 ? n + 1 : n * 2 - 7) {
        uint8_t root[DIGEST_SIZE], got[DIGEST_SIZE];

        root_of(DIGEST_SHA256, n, root);
        for (size_t i = 0; i < n; i++) {
            struct merkle_step steps[MERKLE_LEVELS];
            size_t n_steps =
                merkle_path(DIGEST_SHA256, (const uint8_t(*)[DIGEST_SIZE])leaves, n, i, steps);

            merkle_path_root(DIGEST_SHA256, leaves[i], steps, n_steps, got);
            cr_assert_eq(memcmp(got, root, sizeof(root)), 0, "leaf %zu of %zu", i, n);
            merkle_path_root(DIGEST_SHA256, leaves[(i + 1) % MANY], steps, n_steps, got);
            cr_assert_neq(memcmp(got, root, sizeof(root)), 0, "leaf %zu of %zu", i, n);
        }
    }
}

Test(merkle, a_path_fits_its_own_place_only)
{
    make_leaves(DIGEST_SHA256);
    for (size_t n = 1; n <= 40; n++)
        for (size_t i = 0; i < n; i++) {
            struct merkle_step steps[MERKLE_LEVELS];
            size_t n_steps =
                merkle_path(DIGEST_SHA256, (const uint8_t(*)[DIGEST_SIZE])leaves, n, i, steps);

            for (size_t k = 0; k < n; k++)
                cr_assert_eq(merkle_path_fits(steps, n_steps, n, k), k == i, "%zu, %zu of %zu", k,
                             i, n);
            cr_assert_not(merkle_path_fits(steps, n_steps, 0, 0));
            cr_assert_not(n_steps && merkle_path_fits(steps, n_steps - 1, n, i));
        }
    cr_assert_not(merkle_path_fits(NULL, 0, UINT64_MAX, 7));
}
