/* SPDX-License-Identifier: Apache-2.0 */
/* against - what a file says beside what was signed: a head inside it must be one of its seals */
#include <string.h>

#include "services/verify/verify.h"

#include "common/base/banned.h"

static bool is_same(const struct head *h, enum digest_algorithm algorithm,
                    const uint8_t hash[DIGEST_SIZE])
{
    return h->algorithm == algorithm && memcmp(h->hash, hash, DIGEST_SIZE) == 0;
}

void against_seal(const struct head_chain *c, const struct archive_seal *seal, int64_t line,
                  int64_t *ret_covered, struct report *r)
{
    for (size_t i = head_from(c, seal->first); i < c->n && c->heads[i].last <= seal->last; i++) {
        const struct head *h = &c->heads[i];

        if (h->last < seal->last)
            report_add(r, SEAL_R_SIGNED_NONE, line, &c->chain, 0, h->last);
        else if (!is_same(h, seal->algorithm, seal->hash))
            report_add(r, SEAL_R_SIGNED_OTHER, line, &c->chain, seal->first, seal->last);
        else
            *ret_covered = h->last;
    }
}

void against_previous(const struct head_chain *c, int64_t first,
                      const uint8_t previous[DIGEST_SIZE], struct report *r)
{
    size_t i = head_from(c, first - 1);

    if (i < c->n && c->heads[i].last == first - 1 &&
        memcmp(c->heads[i].hash, previous, DIGEST_SIZE) != 0)
        report_add(r, SEAL_R_SIGNED_OTHER, 1, &c->chain, 0, first - 1);
}

static void compare_chain(const struct head_chain *ours, const struct head_chain *against,
                          struct report *r)
{
    for (size_t i = 0, k = 0; i < ours->n && k < against->n;) {
        const struct head *a = &ours->heads[i], *b = &against->heads[k];

        if (a->last == b->last && !is_same(a, b->algorithm, b->hash))
            report_add(r, SEAL_R_SIGNED_OTHER, a->line, &ours->chain, 0, a->last);
        i += a->last <= b->last;
        k += b->last <= a->last;
    }
    if (ours->n && against->n &&
        ours->heads[ours->n - 1].last < against->heads[against->n - 1].last)
        report_add(r, SEAL_R_SIGNED_BEYOND, 0, &ours->chain, ours->heads[ours->n - 1].last + 1,
                   against->heads[against->n - 1].last);
}

void against_seals(const struct heads *ours, const struct heads *against, struct report *r)
{
    for (size_t i = 0; i < heads_count(against); i++) {
        const struct head_chain *theirs = heads_at(against, i);
        const struct head_chain *c = heads_of(ours, &theirs->chain);

        if (c)
            compare_chain(c, theirs, r);
        else if (theirs->n)
            report_add(r, SEAL_R_SIGNED_BEYOND, 0, &theirs->chain, 1,
                       theirs->heads[theirs->n - 1].last);
    }
}
