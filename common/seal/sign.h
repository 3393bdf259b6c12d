/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign - a service's signature under where a chain stands
 *
 * A signed head covers every row up to its last one, because seals are chained. The statement's
 * bytes are those of docs/core.md, "Seals". Ed25519 by libsodium; SM2 with SM3 (GB/T 32918, the
 * default id 1234567812345678, signatures in DER) by OpenSSL.
 */
#pragma once
#include "common/base/err.h"
#include "common/seal/seal.h"

enum seal_scheme { SEAL_ED25519 = 1, SEAL_SM2 = 2 };
const char *seal_scheme_name(enum seal_scheme scheme); /* "ed25519", "sm2" */
enum { SEAL_E_SCHEME = 1 };
int seal_scheme_by_name(const char *name, enum seal_scheme *ret_scheme) MUST_CHECK;

/* Sizes in bytes. A public key is a point of its curve: 32, or 65 uncompressed for SM2. */
enum { SEAL_PUBLIC_MAX = 65, SEAL_SIGNATURE_MAX = 80 };
struct seal_public {
    enum seal_scheme scheme;
    size_t size;
    uint8_t bytes[SEAL_PUBLIC_MAX];
};
/* From hex; the scheme follows from the length. SEAL_E_SCHEME */
int seal_public_parse(const char *hex, struct seal_public *ret_key) MUST_CHECK;
bool seal_public_equal(const struct seal_public *a, const struct seal_public *b);

/* Where a chain stands: the seal that ends with row @last has @hash. */
struct seal_head {
    struct seal_chain chain;
    int64_t last;
    enum digest_algorithm algorithm; /* of that seal */
    uint8_t hash[DIGEST_SIZE];
    int64_t at; /* wall clock, microseconds since 1970 */
};
struct seal_signed {
    struct seal_head head;
    struct seal_public key;
    uint8_t signature[SEAL_SIGNATURE_MAX];
    size_t signature_size;
};

/*
 * A private key: a PKCS#8 PEM file that nobody but its owner can read. It is never logged, printed
 * or given out; its memory is wiped.
 */
struct seal_key; /* one thread at a time */
/* Make a key and store it durably at @path, which must not exist yet; mode 0600. -errno with @e
 * (-EEXIST: something is there already, it stays). */
int seal_key_new(const char *path, enum seal_scheme scheme, struct errtext *e) MUST_CHECK;
enum {
    SEAL_KEY_E_OPEN = 1, /* others may read or write the file, or it belongs to somebody else */
    SEAL_KEY_E_BAD,      /* no private key of a scheme we know */
};
/* -errno and outcomes with a sentence in @e. A file of root's is fine. */
int seal_key_load(const char *path, struct seal_key **ret_key, struct errtext *e) MUST_CHECK;
void seal_key_free(struct seal_key *key);
DEFINE_CLEANUP(struct seal_key *, seal_key_free)
const struct seal_public *seal_key_public(const struct seal_key *key);
/* Sign @head: all of @ret_signed is filled. -EIO when the library fails. */
int seal_sign(struct seal_key *key, const struct seal_head *head,
              struct seal_signed *ret_signed) MUST_CHECK;

/* Checks signatures; keeps the last SM2 key it has read. One thread at a time. */
struct seal_checker;
struct seal_checker *seal_checker_new(void);
void seal_checker_free(struct seal_checker *c);
DEFINE_CLEANUP(struct seal_checker *, seal_checker_free)
/* Whether the signature is one of the key named in @s over its head. */
bool seal_check(struct seal_checker *c, const struct seal_signed *s);
