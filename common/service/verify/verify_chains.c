/* SPDX-License-Identifier: Apache-2.0 */
/* Which chains there are, and what is wrong with them. */
#include "common/service/verify/verify_chains.h"

#include <string.h>

#include "common/service/archive/archive_list.h"

#include "common/base/banned.h"

void verify_init(struct verify *v, struct service *svc, struct arena *arena)
{
    *v = (struct verify){.svc = svc, .arena = arena, .fault_arena = arena_new()};
    v->n_commands = __atomic_load_n(&svc->n_commands, __ATOMIC_RELAXED);
    pthread_mutex_init(&v->mutex, NULL);
}

void verify_release(struct verify *v)
{
    arena_free(v->fault_arena);
    pthread_mutex_destroy(&v->mutex);
}

void verify_add_fault(struct verify *v, const char *ledger, const char *district, int64_t seq,
                      const char *reason, const char *file)
{
    struct arena *a = v->fault_arena;
    Hp__LedgerFault *fault;

    if (v->n_faults == VERIFY_MAX_FAULTS)
        return;
    if (v->n_faults == v->fault_room) {
        size_t room = v->fault_room * 2 + 16;
        Hp__LedgerFault **grown = arena_new_array(a, Hp__LedgerFault *, room);

        if (v->n_faults)
            memcpy(grown, v->faults, v->n_faults * sizeof(*grown));
        v->faults = grown;
        v->fault_room = room;
    }
    fault = arena_new_one(a, Hp__LedgerFault);
    hp__ledger_fault__init(fault);
    fault->ledger = arena_strdup(a, ledger);
    fault->district = arena_strdup(a, district);
    fault->seq = seq;
    fault->reason = arena_strdup(a, reason);
    fault->file = arena_strdup(a, file);
    v->faults[v->n_faults++] = fault;
}

void verify_on_fault(const struct ledger_fault *f, void *arg)
{
    struct verify *v = arg;

    pthread_mutex_lock(&v->mutex);
    verify_add_fault(v, f->ledger, f->district, f->seq, f->reason, NULL);
    pthread_mutex_unlock(&v->mutex);
}

static void add_chain(struct verify *v, struct chain chain)
{
    if (v->n_chains == v->room) {
        struct chain *grown = arena_new_array(v->arena, struct chain, v->room * 2 + 16);

        if (v->n_chains)
            memcpy(grown, v->chains, v->n_chains * sizeof(*grown));
        v->chains = grown;
        v->room = v->room * 2 + 16;
    }
    v->chains[v->n_chains++] = chain;
    v->total += chain.end;
}

static int add_ledger(struct verify *v, struct pg *pg, const struct ledger *ledger)
{
    const char *const *districts;
    int64_t *ends;
    size_t n;
    int r;

    if (v->only_ledger && strcmp(v->only_ledger, ledger->name) != 0)
        return 0;
    r = ledger_districts(pg, ledger, v->arena, &districts, &n);
    if (r)
        return r;
    ends = arena_new_array(v->arena, int64_t, n + 1);
    memset(ends, 0, (n + 1) * sizeof(*ends));
    r = ledger_ends(pg, ledger, districts, n, ends);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (!v->only_district || strcmp(v->only_district, districts[i]) == 0)
            add_chain(v,
                      (struct chain){.ledger = ledger, .district = districts[i], .end = ends[i]});
    return r;
}

/* Rows that were archived are not looked at. */
static int leave_archived(struct verify *v, struct pg *pg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, a);
    struct archived *list;
    size_t n = 0;
    int r = archived_read(tx, v->only_ledger, v->only_district, &list, &n);

    tx_rollback(tx);
    for (size_t i = 0; r == 0 && i < n; i++)
        v->total -= list[i].last - list[i].first + 1;
    return r;
}

int verify_add_all(struct verify *v, struct pg *pg)
{
    const struct ledger *const *own = v->svc->spec->ledgers;
    int r = add_ledger(v, pg, &frame_stream);

    if (r == 0)
        r = add_ledger(v, pg, &frame_log);
    for (size_t i = 0; r == 0 && own && own[i]; i++)
        r = add_ledger(v, pg, own[i]);
    return r ? r : leave_archived(v, pg);
}
