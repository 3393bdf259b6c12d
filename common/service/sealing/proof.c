/* SPDX-License-Identifier: Apache-2.0 */
/* bus.GetProof: a row's values, its seal and the way to the first signature over it, as one document. */
#include "common/service/sealing/proof.h"

#include <string.h>

#include "common/base/str.h"
#include "common/db/ledger_proof.h"
#include "common/log/log.h"
#include "common/service/archive/archive_proof.h"
#include "common/service/inbox.h"
#include "common/service/verify/ledgers.h"
#include "common/service/sealing/sealer.h"
#include "common/service/sealing/signed.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { SEALS_MAX = 10000, PROOF_E_ARCHIVED = 100 /* the file is not here */ };

void proof_state(struct task *t, Hp__StateReply *reply)
{
    size_t n = 0;

    while (service_ledger(t->svc, n))
        n++;
    reply->ledgers = arena_new_array(t->arena, char *, n);
    for (; reply->n_ledgers < n; reply->n_ledgers++)
        reply->ledgers[reply->n_ledgers] = (char *)service_ledger(t->svc, reply->n_ledgers)->name;
    reply->seal_key = (char *)sealer_key(t->svc, t->arena);
    reply->seal_file = reply->seal_key ? t->svc->set.seal_file : NULL;
}

/* ---- the first signed line over it ---- */

static bool is_over(void *arg, const struct seal_signed *s, int64_t line, const char *why)
{
    struct proof *p = arg;

    (void)line;
    (void)why;
    if (!s || s->head.last < p->last || !seal_chain_equal(&s->head.chain, &p->chain))
        return true;
    p->signed_head = *s;
    p->is_signed = true;
    return false;
}

static int find_signed(struct service *svc, struct proof *p, struct errtext *e)
{
    int r = svc->sealer ? signed_lines_read(svc->set.seal_file, 0, is_over, p) : 0;

    if (r)
        errtext_set(e, "%s: %s", svc->set.seal_file, strerror(-r));
    return r;
}

/* From the ledger, or else from an archive. */
static int read_row(struct task *t, struct pg *pg, struct proof *p,
                    const struct archived **ret_archived, struct errtext *e)
{
    const Hp__GetProof *in = t->request;
    const struct ledger *ledger = service_ledger_named(t->svc, in->ledger);
    int r = ledger_proof_row(pg, ledger, in->district, in->seq, t->arena, p, e);

    if (r != LEDGER_PROOF_E_ROW || ledger->append)
        return r;
    r = archive_proof_row(t->svc, pg, ledger, in->district, in->seq, t->arena, p, ret_archived, e);
    return r == ARCHIVE_E_ROW ? LEDGER_PROOF_E_ROW : r == ARCHIVE_E_FILE ? PROOF_E_ARCHIVED : r;
}

static int make_proof(struct task *t, struct pg *pg, struct proof *p,
                      const struct archived **ret_archived, struct errtext *e)
{
    int r = read_row(t, pg, p, ret_archived, e);

    r = r ? r : find_signed(t->svc, p, e);
    if (r == 0 && p->is_signed)
        r = ledger_proof_seals(pg, p, p->signed_head.head.last, SEALS_MAX, t->arena, e);
    return r;
}

/* ---- the answer ---- */

static void answer(struct task *t, const struct proof *p)
{
    Hp__GetProofReply reply = HP__GET_PROOF_REPLY__INIT;
    CLEANUP(str_release) struct str json = STR_INIT;

    proof_format(p, &json);
    reply.proof = json.text;
    reply.anchored = p->is_signed;
    task_done(t, &reply.base, "bus.GetProofReply");
}

static void proof_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    const Hp__GetProof *in = t->request;
    struct pg *pg = worker_pg(worker, 1000);
    const struct archived *archived = NULL;
    struct errtext e = {0};
    struct proof p = {0};
    int r;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    r = make_proof(t, pg, &p, &archived, &e);
    if (r == 0)
        answer(t, &p);
    else if (r == LEDGER_PROOF_E_ROW)
        task_refuse(t, reason_row_missing, "seq", in->ledger,
                    arena_printf(t->arena, "%lld", (long long)in->seq), in->district, NULL);
    else if (r == PROOF_E_ARCHIVED)
        task_refuse(t, reason_row_archived, "seq",
                    arena_printf(t->arena, "%lld", (long long)in->seq), archived->month,
                    archived->file, NULL);
    else if (r == LEDGER_PROOF_E_SEAL)
        task_refuse(t, reason_row_unsealed, "seq", NULL);
    else if (r == LEDGER_PROOF_E_LONG)
        task_refuse(t, reason_proof_too_long, "seq", arena_printf(t->arena, "%d", SEALS_MAX), NULL);
    else
        log_line(LOG_WARN, "a proof cannot be made", "error",
                 e.text[0] ? e.text : strerror(r < 0 ? -r : 0), NULL);
}

static void proof_done(struct job *job)
{
    task_answer(container_of(job, struct task, job));
}

void proof_start(struct task *t)
{
    const Hp__GetProof *in = t->request;

    if (!service_ledger_named(t->svc, in->ledger)) {
        task_refuse(t, reason_ledger_unknown, "ledger", in->ledger,
                    service_ledger_list(t->svc, t->arena), NULL);
        task_answer(t);
        return;
    }
    t->job = (struct job){.run = proof_run, .done = proof_done};
    workers_submit_own(t->svc->slow, &t->job); /* it may read a long file */
}
