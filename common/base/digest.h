/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest - hashes that say which algorithm made them
 */
#pragma once
#include "common/base/arena.h"

enum digest_algorithm { DIGEST_SHA256 = 1, DIGEST_SM3 = 2 }; /* both give 32 bytes */
enum { DIGEST_SIZE = 32, DIGEST_HEX = 65 };

const char *digest_name(enum digest_algorithm algorithm); /* "sha256", "sm3" */
enum { DIGEST_E_UNKNOWN = 1 };
int digest_by_name(const char *name, enum digest_algorithm *ret_algorithm) MUST_CHECK;

struct digest; /* a running hash */
struct digest *digest_new(enum digest_algorithm algorithm);
void digest_free(struct digest *d);
DEFINE_CLEANUP(struct digest *, digest_free)
void digest_add(struct digest *d, const void *data, size_t size);
/* A field of a record: its length as 8 big-endian bytes, then its bytes; NULL is the length 2^64-1. No two records read alike. */
void digest_add_field(struct digest *d, const void *data, size_t size);
/* Finish, write the value and make @d ready for the next one. */
void digest_finish(struct digest *d, uint8_t ret_value[DIGEST_SIZE]);

void digest_once(enum digest_algorithm algorithm, const void *data, size_t size,
                 uint8_t ret_value[DIGEST_SIZE]);
/* Lower-case hex; writes 2 * size characters and a NUL. */
const char *hex_format(const void *data, size_t size, char *buf);
enum { HEX_E_BAD = 1 };
/* @size bytes from exactly 2 * size hex characters. */
int hex_parse(const char *text, void *ret_data, size_t size) MUST_CHECK;
