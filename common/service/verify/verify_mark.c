/* SPDX-License-Identifier: Apache-2.0 */
/* The mark names the chains that are over and the last seal looked at of those under way. */
#include "common/service/verify/verify_mark.h"

#include <string.h>

#include "common/service/job/job.h"

#include "common/base/banned.h"

enum { MARK_US = 1000000 };

static size_t mark_chains(const struct verify *v, struct arena *a, Hp__VerifyMark *mark)
{
    size_t n = 0;

    mark->chains = arena_new_array(a, Hp__VerifyChain *, v->n_chains + 1);
    for (size_t i = 0; i < v->n_chains; i++) {
        const struct chain *c = &v->chains[i];
        Hp__VerifyChain *m;

        mark->rows -= c->over ? 0 : c->loose;
        if (!c->over && !c->sealed)
            continue;
        m = mark->chains[n++] = arena_new_one(a, Hp__VerifyChain);
        hp__verify_chain__init(m);
        m->ledger = (char *)c->ledger->name;
        m->district = (char *)c->district;
        m->has_over = true;
        m->over = c->over;
        m->has_after = m->has_hash = !c->over;
        m->after = c->sealed;
        m->hash = (ProtobufCBinaryData){DIGEST_SIZE, (uint8_t *)c->hash};
    }
    return n;
}

/* The job's thread alone. Large marks are written less often. */
void verify_tell(struct verify *v, const struct chain *at)
{
    int64_t now = monotonic_now_us();
    CLEANUP(arena_free) struct arena *a = NULL;
    Hp__VerifyMark mark = HP__VERIFY_MARK__INIT;
    struct bytes packed;
    int64_t rows;

    pthread_mutex_lock(&v->mutex);
    rows = mark.rows = v->rows;
    if (now - v->marked_us >= MARK_US + (int64_t)(v->n_chains + v->n_faults) * 1000) {
        a = arena_new();
        mark.n_chains = mark_chains(v, a, &mark);
        mark.n_faults = v->n_faults;
        mark.faults = v->faults;
        packed = bus_pack(a, &mark.base);
        v->marked_us = now;
    }
    pthread_mutex_unlock(&v->mutex);
    if (a)
        work_mark(v->work, packed.data, packed.size);
    work_progress(v->work, at ? at->ledger->name : "verify", rows, v->total);
    if (work_cancelled(v->work))
        __atomic_store_n(&v->stop, true, __ATOMIC_RELAXED);
}

static struct chain *find_chain(struct verify *v, const Hp__VerifyChain *m, size_t *hint)
{
    for (size_t i = 0; i < v->n_chains; i++) {
        struct chain *c = &v->chains[(*hint + i) % v->n_chains];

        if (strcmp(c->ledger->name, m->ledger) == 0 && strcmp(c->district, m->district) == 0) {
            *hint = (size_t)(c - v->chains) + 1;
            return c;
        }
    }
    return NULL;
}

/* Faults behind the seal it goes on from are found again, and all of archives. */
static bool is_found_again(struct verify *v, const Hp__LedgerFault *f)
{
    if (strncmp(f->reason, "archive_", 8) == 0)
        return true;
    for (size_t i = 0; i < v->n_chains; i++) {
        const struct chain *c = &v->chains[i];

        if (strcmp(c->ledger->name, f->ledger) == 0 && strcmp(c->district, f->district) == 0)
            return !c->over && f->seq > c->sealed;
    }
    return true;
}

void verify_go_on_from(struct verify *v, struct bytes mark)
{
    Hp__VerifyMark *m = NULL;
    size_t hint = 0;

    if (mark.data)
        m = hp__verify_mark__unpack(arena_pb(v->arena), mark.size, mark.data);
    if (!m)
        return; /* from the beginning */
    v->rows = m->rows;
    for (size_t i = 0; i < m->n_chains; i++) {
        const Hp__VerifyChain *from = m->chains[i];
        struct chain *c = find_chain(v, from, &hint);

        if (!c || (!from->over && from->hash.len != DIGEST_SIZE))
            continue;
        c->over = c->taken = from->over;
        c->sealed = from->after;
        if (!from->over)
            memcpy(c->hash, from->hash.data, DIGEST_SIZE);
    }
    for (size_t i = 0; i < m->n_faults; i++)
        if (!is_found_again(v, m->faults[i]))
            verify_add_fault(v, m->faults[i]->ledger, m->faults[i]->district, m->faults[i]->seq,
                             m->faults[i]->reason, m->faults[i]->file);
}
