/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every chain of the service recomputed: bus.Verify in one go, and the job verify in the background.
 *
 * The job walks two chains at a time, on its own thread and on a helper's. Beside live commands it
 * is gentle: as long as some were carried out a moment ago, the helper stands still and the other
 * pauses as long as it works. Its mark names the chains that are over and the last seal looked at
 * of those under way.
 */
#include "common/service/verify.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "common/bus/bus.h"
#include "common/service/archive.h"
#include "common/service/job.h"
#include "common/service/sealer.h"
#include "common/service/inbox.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

/* So many faults say enough, and fit into a reply. */
enum { MAX_FAULTS = 10000 };
enum { BUSY_US = 200000, WAIT_MS = 50, MARK_US = 1000000 };

struct chain {
    const struct ledger *ledger;
    const char *district;
    bool taken, over;
    int64_t end;    /* where its head stood */
    int64_t sealed; /* the last seal looked at; 0: from the beginning */
    uint8_t hash[DIGEST_SIZE];
    int64_t loose; /* rows looked at behind it */
};

struct verify {
    struct service *svc;
    struct arena *arena; /* the chains; the starting thread's */
    struct chain *chains;
    size_t n_chains, room;
    const char *only_ledger, *only_district;
    struct work *work; /* NULL: in one go */
    int64_t total, marked_us;
    /* both threads, under the mutex */
    pthread_mutex_t mutex;
    size_t next;
    int64_t rows;
    struct arena *fault_arena;
    Hp__LedgerFault **faults;
    size_t n_faults, fault_room;
    Hp__Archive **absent;
    size_t n_absent, absent_room;
    int n_walking;
    int helper_result;
    bool helper_over;
    /* the commands seen lately */
    uint64_t n_commands;
    int64_t command_us;
    bool stop; /* atomic */
};

/* One of the two that walk. */
struct walker {
    struct verify *v;
    struct chain *chain;
    struct pg *pg; /* NULL: the job's, which telling may have renewed */
    bool helper;
};

static void verify_init(struct verify *v, struct service *svc, struct arena *arena)
{
    *v = (struct verify){.svc = svc, .arena = arena, .fault_arena = arena_new()};
    v->n_commands = __atomic_load_n(&svc->n_commands, __ATOMIC_RELAXED);
    pthread_mutex_init(&v->mutex, NULL);
}

static void verify_release(struct verify *v)
{
    arena_free(v->fault_arena);
    pthread_mutex_destroy(&v->mutex);
}

/* ---- faults ---- */

static void add_fault(struct verify *v, const char *ledger, const char *district, int64_t seq,
                      const char *reason, const char *file)
{
    struct arena *a = v->fault_arena;
    Hp__LedgerFault *fault;

    if (v->n_faults == MAX_FAULTS)
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

static void on_fault(const struct ledger_fault *f, void *arg)
{
    struct verify *v = arg;

    pthread_mutex_lock(&v->mutex);
    add_fault(v, f->ledger, f->district, f->seq, f->reason, NULL);
    pthread_mutex_unlock(&v->mutex);
}

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

/* ---- the chains ---- */

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

static int add_all(struct verify *v, struct pg *pg)
{
    const struct ledger *const *own = v->svc->spec->ledgers;
    int r = add_ledger(v, pg, &frame_stream);

    if (r == 0)
        r = add_ledger(v, pg, &frame_log);
    for (size_t i = 0; r == 0 && own && own[i]; i++)
        r = add_ledger(v, pg, own[i]);
    return r ? r : leave_archived(v, pg);
}

/* ---- pace ---- */

/* Whether commands were carried out a moment ago. Under the mutex. */
static bool is_busy(struct verify *v)
{
    uint64_t n = __atomic_load_n(&v->svc->n_commands, __ATOMIC_RELAXED);
    int64_t now = monotonic_now_us();

    if (n != v->n_commands) {
        v->n_commands = n;
        v->command_us = now;
    }
    return v->command_us && now - v->command_us < BUSY_US;
}

static bool must_stop(struct verify *v)
{
    return __atomic_load_n(&v->stop, __ATOMIC_RELAXED) || service_is_stopping(v->svc);
}

/* How long to leave the machine to the commands after a page that took @us; -1: until they are done. */
static int64_t rest_ms(struct walker *w, int64_t us)
{
    struct verify *v = w->v;
    int64_t ms = 0;

    pthread_mutex_lock(&v->mutex);
    if (is_busy(v))
        ms = w->helper && v->n_walking > 1 ? -1 : us / 1000 + 1;
    pthread_mutex_unlock(&v->mutex);
    return ms;
}

/* ---- the job's row ---- */

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
static void tell(struct verify *v, const struct chain *at)
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

static void go_on_from(struct verify *v, struct bytes mark)
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
            add_fault(v, m->faults[i]->ledger, m->faults[i]->district, m->faults[i]->seq,
                      m->faults[i]->reason, m->faults[i]->file);
}

/* ---- walking ---- */

/* NULL: all are taken. */
static struct chain *take_chain(struct verify *v)
{
    struct chain *c = NULL;

    pthread_mutex_lock(&v->mutex);
    while (v->next < v->n_chains && !c) {
        c = &v->chains[v->next++];
        if (c->taken)
            c = NULL;
    }
    if (c)
        c->taken = true;
    pthread_mutex_unlock(&v->mutex);
    return c;
}

static void note_page(struct verify *v, struct chain *c, const struct ledger_walk *walk,
                      int64_t *rows, bool over)
{
    pthread_mutex_lock(&v->mutex);
    v->rows += ledger_walk_rows(walk) - *rows;
    *rows = ledger_walk_rows(walk);
    c->sealed = ledger_walk_sealed(walk, c->hash);
    c->loose = ledger_walk_at(walk) - c->sealed;
    c->over = over;
    pthread_mutex_unlock(&v->mutex);
}

/* After a page: say how far it is, and leave room. WORK_STOPPED. */
static int between(struct walker *w, int64_t page_us)
{
    struct verify *v = w->v;
    int64_t ms;

    if (!v->work)
        return service_is_stopping(v->svc) ? WORK_STOPPED : 0;
    if (!w->helper)
        tell(v, w->chain);
    while (!must_stop(v) && (ms = rest_ms(w, page_us)) != 0) {
        service_pause(v->svc, ms < 0 ? WAIT_MS : ms);
        if (ms > 0)
            break;
    }
    return must_stop(v) ? WORK_STOPPED : 0;
}

static int walk_page(struct walker *w, struct ledger_walk *walk)
{
    struct pg *pg = w->pg ? w->pg : work_pg(w->v->work);

    return pg ? ledger_walk_page(walk, pg) : TX_E_LOST;
}

static int walk_chain(struct walker *w)
{
    struct chain *c = w->chain;
    CLEANUP(ledger_walk_free)
    struct ledger_walk *walk = ledger_walk_new(c->ledger, c->district, on_fault, w->v);
    int64_t rows = 0;
    int r = 0;

    if (c->sealed)
        ledger_walk_from(walk, c->sealed, c->hash);
    while (r == 0) {
        int64_t began = monotonic_now_us();

        r = walk_page(w, walk);
        if (r == 0 || r == WALK_DONE)
            note_page(w->v, c, walk, &rows, r == WALK_DONE);
        if (r == 0)
            r = between(w, monotonic_now_us() - began);
        else if (r == WALK_DONE)
            return between(w, monotonic_now_us() - began);
    }
    return r;
}

static int walk_chains(struct walker *w)
{
    int r = 0;

    pthread_mutex_lock(&w->v->mutex);
    w->v->n_walking++;
    pthread_mutex_unlock(&w->v->mutex);
    while (r == 0 && !must_stop(w->v) && (w->chain = take_chain(w->v)))
        r = walk_chain(w);
    pthread_mutex_lock(&w->v->mutex);
    w->v->n_walking--;
    pthread_mutex_unlock(&w->v->mutex);
    return r == 0 && must_stop(w->v) ? WORK_STOPPED : r;
}

static void *help(void *arg)
{
    struct verify *v = arg;
    struct walker w = {.v = v, .helper = true};
    struct errtext e = {0};
    int r = 0;

    /* without a second connection the job's own thread does it all */
    if (pg_open(v->svc->conninfo, v->svc->schema, v->svc->statements, &w.pg, &e) == 0)
        r = walk_chains(&w);
    pg_close(w.pg);
    pthread_mutex_lock(&v->mutex);
    v->helper_result = r;
    v->helper_over = true;
    pthread_mutex_unlock(&v->mutex);
    return NULL;
}

static bool helper_is_over(struct verify *v)
{
    bool over;

    pthread_mutex_lock(&v->mutex);
    over = v->helper_over;
    pthread_mutex_unlock(&v->mutex);
    return over;
}

static int walk_all(struct verify *v)
{
    struct walker w = {.v = v};
    pthread_t helper;
    bool helped = v->n_chains > 1 && pthread_create(&helper, NULL, help, v) == 0;
    int r = walk_chains(&w);

    if (!helped)
        return r;
    if (r)
        __atomic_store_n(&v->stop, true, __ATOMIC_RELAXED);
    while (!helper_is_over(v)) {
        if (r == 0)
            tell(v, NULL);
        service_pause(v->svc, WAIT_MS);
    }
    pthread_join(helper, NULL);
    if (r)
        return r;
    return must_stop(v) && v->helper_result == 0 ? WORK_STOPPED : v->helper_result;
}

/* ---- what was archived ---- */

static void on_archive_fault(void *arg, const struct archived *a, int64_t seq, const char *reason,
                             const char *file)
{
    struct verify *v = arg;

    add_fault(v, a->ledger, a->district, seq, reason, file);
}

static void on_absent(void *arg, const struct archived *a)
{
    struct verify *v = arg;

    if (v->n_absent == MAX_FAULTS)
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
        tell(v, NULL);
    return must_stop(v);
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
    return v->only_ledger || v->only_district ? 0 : sealer_check(v->svc, pg, on_fault, v);
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
    r = add_all(v, pg);
    if (r)
        return r;
    if (v->n_chains == 0 && (v->only_ledger || v->only_district)) {
        errtext_set(work_error(v->work), "there is no such chain here");
        return err_raise(-ENOENT);
    }
    go_on_from(v, work_from(v->work));
    tell(v, NULL);
    r = walk_all(v);
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
    r = add_all(&v, pg);
    if (r == 0)
        r = walk_chains(&w);
    if (r == 0)
        r = check_archives(&v, pg);
    if (r == 0)
        r = check_signed(&v, pg);
    if (r == 0) {
        Hp__VerifyReply reply = reply_of(&v);

        task_done(t, &reply.base, "bus.VerifyReply");
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
