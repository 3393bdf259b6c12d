/* SPDX-License-Identifier: Apache-2.0 */
/* proofs - one row: recomputed, anchored in a signature, and compared with what else was signed */
#include <string.h>

#include "common/base/clock.h"
#include "services/verify/verify.h"

#include "common/base/banned.h"

/* Every seal the proof names, and the one before, beside the heads signed there. */
static void compare(const struct proof *p, const struct heads *against, struct report *r)
{
    const struct head_chain *c = heads_of(against, &p->chain);
    struct archive_seal seal = {.first = p->first, .last = p->last, .algorithm = p->algorithm};
    int64_t covered = 0, n_before = r->n_faults;

    if (c) {
        against_previous(c, p->first, p->previous, r);
        memcpy(seal.hash, p->hash, DIGEST_SIZE);
        against_seal(c, &seal, 1, &covered, r);
        for (size_t i = 0; i < p->n_seals; i++) {
            seal.first = i ? p->seals[i - 1].last : p->last;
            seal.first += seal.first < INT64_MAX;
            seal.last = p->seals[i].last;
            seal.algorithm = p->seals[i].algorithm;
            memcpy(seal.hash, p->seals[i].hash, DIGEST_SIZE);
            against_seal(c, &seal, 1, &covered, r);
        }
    }
    if (!covered && r->n_faults == n_before)
        report_add(r, SEAL_R_NOT_SIGNED, 1, &p->chain, 0, p->seq);
}

static void say_holds(const struct proof *p, const struct verifier *v, struct report *r)
{
    char at[INSTANT_TEXT], hex[2 * SEAL_PUBLIC_MAX + 1];
    const struct seal_public *key = &p->signed_head.key;

    str_printf(&r->sentence,
               tr("the proof holds: row %lld of ledger %s (service %s, district %s) is unchanged"),
               (long long)p->seq, p->chain.ledger, p->chain.service, p->chain.district);
    if (p->is_signed)
        str_printf(&r->sentence, tr(", as signed at %s with the key %s"),
                   instant_format(p->signed_head.head.at, at),
                   hex_format(key->bytes, key->size, hex));
    if (v->against)
        str_add(&r->sentence, tr(", and agrees with the seal file"));
    str_add(&r->sentence, tr("."));
}

void verify_proof(struct verifier *v, const char *text, size_t size, struct report *r)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const struct seal_listener listener = {report_fault, r};
    struct errtext e = {0};
    struct proof *p = NULL;

    r->kind = "proof";
    if (proof_parse(a, text, size, &p, &e) != 0) {
        const struct seal_fault fault = {SEAL_R_FORM, 0, NULL, 0, 0, e.text};

        report_fault(r, &fault);
    } else {
        (void)proof_check(p, v->checker, &listener);
        r->signature = p->is_signed;
        if (p->is_signed && !keys_allow(&v->keys, &p->signed_head.key))
            report_add(r, SEAL_R_KEY, 1, &p->chain, 0, p->signed_head.head.last);
        if (v->against)
            compare(p, v->against, r);
        else if (!p->is_signed)
            report_add(r, SEAL_R_UNSIGNED, 1, &p->chain, 0, p->seq);
    }
    if (r->verdict == VERDICT_HOLDS)
        say_holds(p, v, r);
    else
        str_printf(&r->sentence, tr("the proof does NOT hold: %lld faults."),
                   (long long)r->n_faults);
}
