/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal_samples - a small sealed ledger made from numbers, with its proofs, archives and signed lines
 *
 * Row n has seven columns of all types; its text and bytes follow from n. Everything ends the
 * process when it fails.
 */
#pragma once
#include "common/seal/archive.h"
#include "common/seal/proof.h"

enum { SAMPLE_COLUMNS = 7 };

struct sample_row {
    struct proof_value values[SAMPLE_COLUMNS];
    uint8_t bytes[SAMPLE_COLUMNS][64];
};
/* Row @seq; the values point into @ret_row. */
void sample_row(int64_t seq, struct sample_row *ret_row);

struct samples {
    struct seal_chain chain;
    size_t n_seals;
    struct archive_seal *seals;
};
/* A chain of @n seals with @sizes[i] rows each, made by @algorithms[i], from row 1 on. */
void samples_init(struct samples *s, const char *service, const char *ledger, const char *district,
                  const int *sizes, const enum digest_algorithm *algorithms, size_t n);
void samples_release(struct samples *s);
/* The hash before seal @i. */
void samples_previous(const struct samples *s, size_t i, uint8_t ret_hash[DIGEST_SIZE]);
/* The head at seal @i as it was signed at @at. */
void samples_sign(const struct samples *s, size_t i, int64_t at, struct seal_key *key,
                  struct seal_signed *ret_signed);
/* Seals @from to @to, both included, written to @f. */
void samples_archive(const struct samples *s, size_t from, size_t to, const char *month, FILE *f);
/* The proof of row @seq, signed at seal @anchor by @key (NULL: not signed). In @a. */
struct proof *samples_proof(const struct samples *s, struct arena *a, int64_t seq, size_t anchor,
                            struct seal_key *key);
