/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every chain of the service recomputed: bus.Verify in one go, and the job verify in the background
 * (verify_walk.c: how fast; verify_mark.c: how it goes on after an end).
 */
#include "common/service/verify/verify.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/archive/archive_list.h"
#include "common/service/archive/archive_verify.h"
#include "common/service/inbox.h"
#include "common/service/job/job.h"
#include "common/service/sealing/sealer.h"
#include "common/service/verify/verify_mark.h"
#include "common/service/verify/verify_walk.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

/* ---- faults ---- */

static Hp__VerifyReply reply_of(const struct verify *v)
{
    Hp__VerifyReply reply = HP__VERIFY_REPLY__INIT;

    reply.rows = v->rows;
    reply.n_faults = v->n_faults;
    reply.faults = v->faults;
    reply.n_absent = v->n_absent;
    reply.absent = v->absent;
    return reply;
}

/* ---- what was archived ---- */

static void on_archive_fault(void *arg, const struct archived *a, int64_t seq, const char *reason,
                             const char *file)
{
    struct verify *v = arg;

    verify_add_fault(v, a->ledger, a->district, seq, reason, file);
}

static void on_absent(void *arg, const struct archived *a)
{
    struct verify *v = arg;

    if (v->n_absent == VERIFY_MAX_FAULTS)
        return;
    if (v->n_absent == v->absent_room) {
        size_t room = v->absent_room * 2 + 16;
        Hp__Archive **grown = arena_new_array(v->arena, Hp__Archive *, room);

        if (v->n_absent)
            memcpy(grown, v->absent, v->n_absent * sizeof(*grown));
        v->absent = grown;
        v->absent_room = room;
    }
    v->absent[v->n_absent++] = archived_message(v->arena, a);
}

static bool archive_step(void *arg, int64_t rows)
{
    struct verify *v = arg;

    (void)rows;
    if (v->work)
        verify_tell(v, NULL);
    return verify_must_stop(v);
}

/* Nobody else walks any more. */
static int check_archives(struct verify *v, struct pg *pg)
{
    const struct archives_listener listener = {on_archive_fault, on_absent, {archive_step, v}, v};

    return archives_verify(v->svc, pg, v->arena, v->only_ledger, v->only_district, &listener);
}

/* ---- what was signed ---- */

/* Of all chains; who asks for one alone is not told of others. */
static int check_signed(struct verify *v, struct pg *pg)
{
    return v->only_ledger || v->only_district ? 0 : sealer_check(v->svc, pg, verify_on_fault, v);
}

/* ---- the job ---- */

static int read_args(struct verify *v)
{
    struct bytes args = work_args(v->work);
    Hp__VerifyJob *in = hp__verify_job__unpack(arena_pb(v->arena), args.size, args.data);

    if (!in || bus_text_fault(v->arena, &in->base)) {
        errtext_set(work_error(v->work), "the arguments are not a VerifyJob");
        return err_raise(-EBADMSG);
    }
    v->only_ledger = in->ledger;
    v->only_district = in->district;
    return 0;
}

static int verify_background(struct verify *v)
{
    struct pg *pg = work_pg(v->work);
    int r = read_args(v);

    if (r)
        return r;
    if (!pg)
        return TX_E_LOST;
    r = verify_add_all(v, pg);
    if (r)
        return r;
    if (v->n_chains == 0 && (v->only_ledger || v->only_district)) {
        errtext_set(work_error(v->work), "there is no such chain here");
        return err_raise(-ENOENT);
    }
    verify_go_on_from(v, work_from(v->work));
    verify_tell(v, NULL);
    r = verify_walk_all(v);
    pg = work_pg(v->work);
    if (r == 0)
        r = pg ? check_archives(v, pg) : TX_E_LOST;
    pg = work_pg(v->work); /* telling may have renewed it */
    if (r == 0)
        r = pg ? check_signed(v, pg) : TX_E_LOST;
    return r;
}

int verify_job(struct work *work)
{
    struct verify v;
    int r;

    verify_init(&v, work_service(work), work_arena(work));
    v.work = work;
    r = verify_background(&v);
    if (r == 0) {
        Hp__VerifyReply reply = reply_of(&v);
        struct bytes packed = bus_pack(v.arena, &reply.base);

        work_progress(work, "verify", v.rows, v.total);
        work_result(work, packed.data, packed.size);
    }
    verify_release(&v);
    return r;
}

/* ---- bus.Verify ---- */

static void verify_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct pg *pg = worker_pg(worker, 1000);
    struct verify v;
    struct walker w = {.v = &v, .pg = pg};
    int r;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    verify_init(&v, t->svc, t->arena);
    r = verify_add_all(&v, pg);
    if (r == 0)
        r = verify_walk_chains(&w);
    if (r == 0)
        r = check_archives(&v, pg);
    if (r == 0)
        r = check_signed(&v, pg);
    if (r == 0) {
        Hp__VerifyReply reply = reply_of(&v);

        task_done(t, &reply.base, "bus.VerifyReply");
    } else if (!service_is_stopping(t->svc)) {
        CLEANUP(arena_free) struct arena *a = arena_new();

        /* who asked hears UNAVAILABLE and asks again, and would not know why it takes so long */
        log_line(LOG_WARN, "a verify could not be finished", "outcome", arena_printf(a, "%d", r),
                 NULL);
    }
    verify_release(&v);
}

static void verify_done(struct job *job)
{
    task_answer(container_of(job, struct task, job));
}

void verify_start(struct task *t)
{
    t->job = (struct job){.run = verify_run, .done = verify_done};
    workers_submit_own(t->svc->slow, &t->job);
}
