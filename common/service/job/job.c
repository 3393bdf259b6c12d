/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs: taking, running and ending them. The row decides whose a job is: every statement names the
 * instance and the turn, so whoever lost a job changes nothing. Who runs one says so every second
 * (a step) and the loop says it too (a beat), so that only a process that is gone, or cut off from
 * the database, is taken for dead. One that is cut off stops of itself before that.
 */

#include "common/service/job/job.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/archive/archive_job.h"
#include "common/service/archive/export_job.h"
#include "common/service/archive/archive_list.h"
#include "common/service/hear/hearer.h"
#include "common/service/job/jobs.h"
#include "common/service/snapshot/snapshot.h"
#include "common/service/verify/verify.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum {
    BEAT_MS = 2000,
    STEP_US = 1000000,
    ALONE_US = 8000000,
    END_TRIES_MS = 5000,
    PHASE_SIZE = 61
};

struct work {
    struct service *svc;
    struct worker *worker;
    struct arena *arena;
    struct uuid id;
    const struct job_kind *kind;
    struct bytes args, from, result;
    int64_t turn;
    char phase[PHASE_SIZE];
    int64_t done, total;
    uint8_t *mark; /* not kept yet; NULL: none */
    size_t mark_size;
    int64_t stepped_us; /* when the row last said it is ours; monotonic */
    int64_t tried_us;
    bool cancelling, lost;
    struct errtext error;
};

struct runner {
    struct job job;
    struct service *svc;
    bool busy;
    bool set; /* a job set positions */
};

struct jobs {
    struct service *svc;
    uv_timer_t timer;
    struct runner runners[JOBS_AT_ONCE];
    bool again; /* kicked while a runner was about to end */
    struct job beat;
    bool beating, waiting;
    const char **kinds;
    size_t n_kinds;
};

/* ---- kinds ---- */

static const struct job_kind frame_kinds[] = {
    {"verify", verify_job},
    {"archive", archive_job, archive_admit_job},
    {"export", export_job, export_admit_job},
    {"snapshot", snapshot_job, snapshot_admit_job},
    {"load_snapshot", snapshot_load_job, snapshot_admit_job, true},
    JOB_END,
};

static const struct job_kind *find_in(const struct job_kind *kinds, const char *name)
{
    for (; kinds && kinds->name; kinds++)
        if (strcmp(kinds->name, name) == 0)
            return kinds;
    return NULL;
}

const struct job_kind *job_kind_for(const struct service *svc, const char *name)
{
    const struct job_kind *kind = find_in(frame_kinds, name);

    return kind ? kind : find_in(svc->spec->jobs, name);
}

static size_t list_kinds(const struct job_kind *kinds, const char **list)
{
    size_t n = 0;

    for (; kinds && kinds[n].name; n++)
        if (list)
            list[n] = kinds[n].name;
    return n;
}

/* ---- what a kind uses ---- */

struct bytes work_args(const struct work *w)
{
    return w->args;
}

struct bytes work_from(const struct work *w)
{
    return w->from;
}

struct uuid work_id(const struct work *w)
{
    return w->id;
}

struct arena *work_arena(struct work *w)
{
    return w->arena;
}

struct service *work_service(struct work *w)
{
    return w->svc;
}

struct pg *work_pg(struct work *w)
{
    return worker_pg(w->worker, 1000);
}

struct errtext *work_error(struct work *w)
{
    return &w->error;
}

void work_pause(struct work *w, int64_t ms)
{
    service_pause(w->svc, ms);
}

void work_result(struct work *w, const void *data, size_t size)
{
    w->result = (struct bytes){arena_memdup(w->arena, data, size), size};
}

/* Say how far it is, and hear whether it is still ours. */
static void step(struct work *w)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pg *pg = worker_pg(w->worker, 0);
    struct rows *rows;
    const char *state = NULL;
    struct tx *tx;
    int r;

    w->tried_us = monotonic_now_us();
    if (!pg)
        return;
    tx = tx_begin(pg, TX_WRITE, a);
    r = sql_query(tx, &sql_frame_job_step, &rows, U(&w->id), U(&w->svc->instance), I(w->turn),
                  T(w->phase[0] ? w->phase : NULL), I(w->done),
                  w->total < 0 ? T(NULL) : I(w->total), BY(w->mark, w->mark_size));
    if (r == 0 && rows_count(rows))
        state = rows_text(rows, 0, "state");
    if (r) {
        tx_rollback(tx);
        return;
    }
    if (tx_commit(tx, NULL) != 0)
        return;
    w->stepped_us = w->tried_us;
    w->lost = state == NULL;
    w->cancelling = state && strcmp(state, "cancelling") == 0;
    free(TAKE(w->mark));
}

int work_mark_in(struct work *w, struct tx *tx, const void *data, size_t size)
{
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_job_step, &rows, U(&w->id), U(&w->svc->instance), I(w->turn),
                      T(w->phase[0] ? w->phase : NULL), I(w->done),
                      w->total < 0 ? T(NULL) : I(w->total), BY(data, size));

    if (r)
        return r;
    if (!rows_count(rows) || strcmp(rows_text(rows, 0, "state"), "running") != 0)
        return WORK_STOPPED;
    return 0;
}

static void step_if_due(struct work *w)
{
    if (!w->lost && monotonic_now_us() - w->tried_us >= STEP_US)
        step(w);
}

void work_progress(struct work *w, const char *phase, int64_t done, int64_t total)
{
    snprintf(w->phase, sizeof(w->phase), "%s", phase);
    w->done = done;
    w->total = total;
    step_if_due(w);
}

void work_mark(struct work *w, const void *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);

    CHECK(copy);
    memcpy(copy, data, size);
    free(w->mark);
    w->mark = copy;
    w->mark_size = size;
    step_if_due(w);
}

bool work_cancelled(struct work *w)
{
    step_if_due(w);
    return w->cancelling || w->lost || service_is_stopping(w->svc) ||
           monotonic_now_us() - w->stepped_us > ALONE_US;
}

/* ---- running ---- */

static struct work *read_work(struct worker *worker, struct arena *a, const struct rows *rows)
{
    struct work *w = arena_new_one(a, struct work);

    *w = (struct work){.svc = worker->svc,
                       .worker = worker,
                       .arena = a,
                       .kind = job_kind_for(worker->svc, rows_text(rows, 0, "kind")),
                       .args = rows_bytes(rows, 0, "args"),
                       .from = rows_bytes(rows, 0, "mark"),
                       .turn = rows_i64(rows, 0, "turn"),
                       .done = rows_i64(rows, 0, "done"),
                       .total = rows_null(rows, 0, "total") ? -1 : rows_i64(rows, 0, "total")};
    CHECK(w->kind && uuid_parse(rows_text(rows, 0, "id"), &w->id) == 0);
    w->stepped_us = w->tried_us = monotonic_now_us();
    return w;
}

/* NULL: there is none, or the database is away. */
static struct work *claim(struct worker *worker, struct arena *a)
{
    const struct jobs *jobs = worker->svc->jobs;
    struct pg *pg = worker_pg(worker, 1000);
    struct work *w = NULL;
    struct rows *rows;
    struct tx *tx;

    if (!pg)
        return NULL;
    tx = tx_begin(pg, TX_WRITE, a);
    if (sql_query(tx, &sql_frame_job_claim, &rows, U(&worker->svc->instance),
                  TA(jobs->kinds, jobs->n_kinds)) == 0 &&
        rows_count(rows))
        w = read_work(worker, a, rows);
    if (!w) {
        tx_rollback(tx);
        return NULL;
    }
    return tx_commit(tx, NULL) == 0 ? w : NULL; /* lost on the way: it will be found left behind */
}

static int put_end(struct work *w, const char *state, bool machine, const char **ret_state)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pg *pg = worker_pg(w->worker, 0);
    bool done = strcmp(state, "done") == 0;
    struct rows *rows;
    struct tx *tx;
    int r;

    if (!pg)
        return TX_E_LOST;
    tx = tx_begin(pg, TX_WRITE, a);
    r = sql_query(tx, &sql_frame_job_end, &rows, U(&w->id), U(&w->svc->instance), I(w->turn),
                  T(w->phase[0] ? w->phase : NULL), I(w->done),
                  w->total < 0 ? T(NULL) : I(w->total), BY(w->mark, w->mark_size), T(state),
                  done ? BY(w->result.data, w->result.size) : T(NULL),
                  T(!done && w->error.text[0] ? w->error.text : NULL), B(machine));
    if (r) {
        tx_rollback(tx);
        return r;
    }
    *ret_state =
        rows_count(rows) ? arena_strdup(w->arena, rows_text(rows, 0, "state")) : "taken over";
    return tx_commit(tx, NULL);
}

static void end(struct work *w, int r)
{
    bool machine = r == TX_E_COLLISION || r == TX_E_MACHINE || r == TX_E_LOST;
    const char *state = r == 0 ? "done" : machine || r == WORK_STOPPED ? "queued" : "failed";
    int64_t until = monotonic_now_us() + END_TRIES_MS * 1000;
    char id_text[UUID_TEXT];

    if (r != 0 && r != WORK_STOPPED && !w->error.text[0])
        errtext_set(&w->error, r < 0 ? "%s" : "the database failed", r < 0 ? strerror(-r) : "");
    if (machine)
        service_pause(w->svc, 1000);
    /* when it cannot be said in time, the row is found left behind */
    while (!w->lost && put_end(w, state, machine, &state) != 0 && monotonic_now_us() < until &&
           !service_is_stopping(w->svc))
        service_pause(w->svc, 200);
    free(TAKE(w->mark));
    log_line(strcmp(state, "failed") == 0 ? LOG_ERROR : LOG_INFO, "job ended", "kind",
             w->kind->name, "job", uuid_format(&w->id, id_text), "state", state, "error",
             w->error.text[0] ? w->error.text : NULL, NULL);
}

static void runner_run(struct job *job, void *worker)
{
    struct runner *runner = container_of(job, struct runner, job);
    struct service *svc = ((struct worker *)worker)->svc;

    while (!service_is_stopping(svc)) {
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct work *w = claim(worker, a);
        char id_text[UUID_TEXT];
        int r;

        if (!w)
            return;
        log_line(LOG_INFO, "job taken up", "kind", w->kind->name, "job",
                 uuid_format(&w->id, id_text), NULL);
        r = w->kind->run(w);
        runner->set |= r == 0 && w->kind->sets_positions;
        end(w, r);
    }
}

static void runner_done(struct job *job)
{
    struct runner *runner = container_of(job, struct runner, job);
    struct jobs *jobs = runner->svc->jobs;

    runner->busy = false;
    if (runner->set)
        hearers_read(runner->svc);
    runner->set = false;
    if (TAKE(jobs->again))
        jobs_kick(runner->svc);
}

void jobs_kick(struct service *svc)
{
    struct jobs *jobs = svc->jobs;

    if (service_is_stopping(svc))
        return;
    for (size_t i = 0; i < ARRAY_LEN(jobs->runners); i++) {
        struct runner *runner = &jobs->runners[i];

        if (runner->busy) {
            jobs->again = true;
            continue;
        }
        runner->busy = true;
        runner->job = (struct job){.run = runner_run, .done = runner_done};
        workers_submit_own(svc->slow, &runner->job);
    }
}

/* ---- the beat ---- */

static void beat_run(struct job *job, void *worker)
{
    struct jobs *jobs = container_of(job, struct jobs, beat);
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pg *pg = worker_pg(worker, 0);
    struct rows *rows;
    struct tx *tx;

    jobs->waiting = false;
    if (!pg)
        return;
    tx = tx_begin(pg, TX_WRITE, a);
    sql_exec(tx, &sql_frame_job_beat, U(&jobs->svc->instance));
    tx_exec(tx, &sql_frame_job_sweep, NULL, 0);
    if (sql_query(tx, &sql_frame_job_waiting, &rows, U(&jobs->svc->instance),
                  TA(jobs->kinds, jobs->n_kinds)) == 0)
        jobs->waiting = rows_bool(rows, 0, "waiting");
    if (tx_commit(tx, NULL) != 0)
        jobs->waiting = false;
}

static void beat_done(struct job *job)
{
    struct jobs *jobs = container_of(job, struct jobs, beat);

    jobs->beating = false;
    if (jobs->waiting)
        jobs_kick(jobs->svc);
}

static void on_beat(uv_timer_t *timer)
{
    struct jobs *jobs = timer->data;

    if (jobs->beating || service_is_stopping(jobs->svc))
        return;
    jobs->beating = true;
    jobs->beat = (struct job){.run = beat_run, .done = beat_done};
    workers_submit_own(jobs->svc->readers, &jobs->beat);
}

/* ---- from start to stop ---- */

int jobs_new(struct service *svc)
{
    struct jobs *jobs = svc->jobs = calloc(1, sizeof(*jobs));
    size_t n = list_kinds(frame_kinds, NULL);

    if (!jobs)
        return err_raise(-ENOMEM);
    jobs->svc = svc;
    jobs->n_kinds = n + list_kinds(svc->spec->jobs, NULL);
    jobs->kinds = calloc(jobs->n_kinds, sizeof(*jobs->kinds));
    if (!jobs->kinds)
        return err_raise(-ENOMEM);
    list_kinds(frame_kinds, jobs->kinds);
    list_kinds(svc->spec->jobs, jobs->kinds + n);
    for (size_t i = 0; i < ARRAY_LEN(jobs->runners); i++)
        jobs->runners[i].svc = svc;
    uv_timer_init(&svc->loop, &jobs->timer);
    jobs->timer.data = jobs;
    return 0;
}

void jobs_start(struct service *svc)
{
    uv_timer_start(&svc->jobs->timer, on_beat, 0, BEAT_MS);
}

void jobs_stop(struct service *svc)
{
    uv_close((uv_handle_t *)&svc->jobs->timer, NULL);
}

void jobs_free(struct service *svc)
{
    if (!svc->jobs)
        return;
    free(svc->jobs->kinds);
    free(TAKE(svc->jobs));
}
