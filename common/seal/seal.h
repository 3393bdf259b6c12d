/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal - the hashes that bind a ledger's rows: row digests, seals, the genesis of a chain
 *
 * The bytes are those of docs/core.md, "Seals". Nothing here knows a database or a file.
 */
#pragma once
#include "common/base/digest.h"
#include "common/base/str.h"

enum { SEAL_NAME = 64 /* bytes of a name with its NUL */ };
/* Whose rows a chain of seals binds. */
struct seal_chain {
    char service[SEAL_NAME];
    char ledger[SEAL_NAME];
    char district[SEAL_NAME];
};
enum { SEAL_E_NAME = 1 }; /* a name is empty, too long, not UTF-8 or has control characters */
int seal_chain_set(struct seal_chain *c, const char *service, const char *ledger,
                   const char *district) MUST_CHECK;
bool seal_chain_equal(const struct seal_chain *a, const struct seal_chain *b);
/* One name into a field of @to of SEAL_NAME bytes; SEAL_E_NAME. */
int seal_name_set(char to[SEAL_NAME], const char *name) MUST_CHECK;

/* A field as all hashes and statements here write it: length as 4 bytes big-endian, then the bytes.
 * @size < 2^32 - 1; @data NULL is null, the length 0xffffffff alone. */
void seal_add_field(struct str *s, const void *data, size_t size);
/* 8 bytes, big-endian. */
void seal_add_int64(struct str *s, int64_t n);
/* field(service) | field(ledger) | field(district) */
void seal_add_chain(struct str *s, const struct seal_chain *c);

/* Digests of rows, one after the other; one thread at a time, no allocation a row. */
struct row_digest;
struct row_digest *row_digest_new(enum digest_algorithm algorithm);
void row_digest_free(struct row_digest *r);
DEFINE_CLEANUP(struct row_digest *, row_digest_free)
enum digest_algorithm row_digest_algorithm(const struct row_digest *r);
/* Start a row; drops one that was begun and not finished. */
void row_digest_begin(struct row_digest *r, const char *ledger, const char *district);
/* The next column in PostgreSQL's binary form; NULL @data is null, an empty text is not. */
void row_digest_field(struct row_digest *r, const void *data, size_t size);
/* Several, as they lie: each already behind its length. */
void row_digest_fields(struct row_digest *d, const void *data, size_t size);
void row_digest_finish(struct row_digest *r, uint8_t ret_value[DIGEST_SIZE]);

/* H(0x02 | previous | root | first | last): the seal of the rows from seq @first to @last. */
void seal_hash(enum digest_algorithm algorithm, const uint8_t previous[DIGEST_SIZE],
               const uint8_t root[DIGEST_SIZE], int64_t first, int64_t last,
               uint8_t ret_hash[DIGEST_SIZE]);
/* SHA-256(0x03 | field(service) | field(ledger) | field(district)): what stands before a chain's
 * first seal, whatever the algorithm of that. */
void seal_genesis(const struct seal_chain *chain, uint8_t ret_hash[DIGEST_SIZE]);
