/* SPDX-License-Identifier: Apache-2.0 */
/* seals - a seal file: every signature, and no chain that goes back or forks */
#include <errno.h>
#include <string.h>

#include "common/seal/line.h"
#include "services/verify/verify.h"

#include "common/base/banned.h"

enum { SERVICES_MAX = 64 };

/* The key each service signed with last, to name changes. */
struct signer {
    char service[SEAL_NAME];
    struct seal_public key;
};
struct check {
    struct verifier *v;
    struct heads *heads;
    struct report *r;
    struct signer signers[SERVICES_MAX];
    size_t n_signers;
    int64_t n; /* lines */
};

static void note_key(struct check *c, const struct seal_signed *s, int64_t line)
{
    char hex[2 * SEAL_PUBLIC_MAX + 1];
    size_t i = 0;

    while (i < c->n_signers && strcmp(c->signers[i].service, s->head.chain.service) != 0)
        i++;
    if (i == SERVICES_MAX)
        return;
    if (i < c->n_signers && !seal_public_equal(&c->signers[i].key, &s->key))
        report_remark(c->r, tr("from line %lld on, service %s signs with another key: %s"),
                      (long long)line, s->head.chain.service,
                      hex_format(s->key.bytes, s->key.size, hex));
    if (i == c->n_signers)
        c->n_signers++;
    memcpy(c->signers[i].service, s->head.chain.service, SEAL_NAME);
    c->signers[i].key = s->key;
}

/* What is not signed by a key that counts says nothing about the chain either. */
static void check_line(struct check *c, const struct seal_signed *s, int64_t line)
{
    const struct seal_head *h = &s->head;
    int r;

    c->r->signature = true;
    if (!seal_check(c->v->checker, s)) {
        report_add(c->r, SEAL_R_SIGNATURE, line, &h->chain, 0, h->last);
        return;
    }
    if (!keys_allow(&c->v->keys, &s->key)) {
        report_add(c->r, SEAL_R_KEY, line, &h->chain, 0, h->last);
        return;
    }
    note_key(c, s, line);
    r = heads_add(c->heads, h, line);
    if (r)
        report_add(c->r, r == HEADS_E_FORK ? SEAL_R_FORK : SEAL_R_BACK, line, &h->chain, 0,
                   h->last);
}

static int check_lines(struct check *c, struct lines *lines)
{
    const char *text;
    size_t size;
    int r;

    while ((r = lines_next(lines, &text, &size)) != LINES_E_END) {
        struct seal_signed s;
        struct errtext e = {0};
        int64_t line = lines_number(lines);

        if (r < 0)
            return r;
        c->n++;
        if (r == LINES_E_TORN) {
            report_add(c->r, SEAL_R_TORN, line, NULL, 0, 0);
        } else if (r == 0 && seal_signed_parse(text, size, &s, &e) == 0) {
            check_line(c, &s, line);
        } else {
            const struct seal_fault fault = {SEAL_R_FORM, line, NULL,
                                             0,           0,    *e.text ? e.text : NULL};

            report_fault(c->r, &fault);
        }
    }
    return 0;
}

void verify_seals(struct verifier *v, FILE *f, struct heads *heads, struct report *r)
{
    CLEANUP(lines_free) struct lines *lines = lines_new(f);
    struct check *c = calloc(1, sizeof(*c));
    int res;

    if (!c)
        abort();
    r->kind = "seals";
    c->v = v;
    c->heads = heads;
    c->r = r;
    res = check_lines(c, lines);
    if (!res && v->against)
        against_seals(heads, v->against, r);
    if (res)
        report_unreadable(r, "%s", strerror(-res));
    else if (r->verdict == VERDICT_HOLDS)
        str_printf(&r->sentence,
                   tr("the seal file holds: all %lld signatures are right, and none of its %zu "
                      "chains goes back or forks."),
                   (long long)c->n, heads_count(heads));
    else
        str_printf(&r->sentence, tr("the seal file does NOT hold: %lld faults in %lld lines."),
                   (long long)r->n_faults, (long long)c->n);
    free(c);
}
