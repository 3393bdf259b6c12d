/* SPDX-License-Identifier: Apache-2.0 */
/*
 * password - what a password must be, and its argon2id string
 *
 * Rules: GB/T 22239-2019 asks for complexity and change without numbers; ours are 10..128
 * characters, three of four classes, not containing the account's name. Hashing is meant to be
 * slow: never on the loop thread.
 */
#pragma once
#include "common/base/digest.h"
#include "common/base/err.h"
#include "proto/reasons.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 128, PASSWORD_HASH = 128 };

/* The cost of a hash. Below 8 MiB the settings refuse. */
struct password_cost {
    int64_t memory_mib; /* 8..1024 */
    int64_t passes;     /* 1..10 */
};

/* reason_none, password_length, password_character, password_classes or password_is_account. */
enum reason password_fault(const char *account, const char *password);
/* A new salt, then argon2id; -ENOMEM when the memory cannot be had. Writes a text of at most
 * PASSWORD_HASH - 1 characters. */
int password_hash(const char *password, const struct password_cost *cost,
                  char ret_hash[PASSWORD_HASH]) MUST_CHECK;
/*
 * Whether @password gives @hash. A NULL @hash (no such account) takes as long as a real one of
 * @cost and is never right.
 */
bool password_right(const char *hash, const char *password, const struct password_cost *cost);
/* What tells a stored hash from another without being one: its SHA-256, in hex. */
void password_mark(const char *hash, char ret_mark[DIGEST_HEX]);
