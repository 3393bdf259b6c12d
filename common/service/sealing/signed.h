/* SPDX-License-Identifier: Apache-2.0 */
/* signed - what a seal file says of each chain, in memory that grows with the chains and not with the lines */
#pragma once
#include "common/base/err.h"
#include "common/seal/sign.h"

/* A chain of one service, and the newest line that was signed for it. */
struct signed_chain {
    char ledger[SEAL_NAME], district[SEAL_NAME];
    int64_t last; /* 0: no line yet */
    uint8_t hash[DIGEST_SIZE];
    bool told;      /* the owner's: a fault of this chain was said */
    int64_t beyond; /* the owner's */
};
struct signed_chains {
    struct signed_chain *list;
    size_t n, room;
    uint32_t *slots; /* places in the list, from 1; 0: free */
    size_t n_slots;  /* a power of two, more than n */
};
void signed_chains_release(struct signed_chains *c);
UNUSED static inline void signed_chains_releasep(struct signed_chains *c)
{
    signed_chains_release(c);
}
/* NULL when there is none; borrowed until the next is added. Names longer than a chain's are none. */
struct signed_chain *signed_chains_find(const struct signed_chains *c, const char *ledger,
                                        const char *district);
/* The same, made when there is none. Names have at most SEAL_NAME - 1 bytes. */
struct signed_chain *signed_chains_add(struct signed_chains *c, const char *ledger,
                                       const char *district);

/*
 * Read the lines of @path that begin at @from or after it (a line that begins before it is passed over), up to its end; a
 * last line without its newline is being written and left out. @fn gets each line: @s NULL when it is no signed line, @why says which
 * part; it returns false to end the reading. -errno: it cannot be read.
 */
typedef bool signed_line_fn(void *arg, const struct seal_signed *s, int64_t line, const char *why);
int signed_lines_read(const char *path, int64_t from, signed_line_fn *fn, void *arg) MUST_CHECK;
