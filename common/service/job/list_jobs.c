/* SPDX-License-Identifier: Apache-2.0 */
/* bus.StartJob, bus.ListJobs, bus.CancelJob: the table of jobs, for operators. */
#include "common/service/job/list_jobs.h"

#include <string.h>
#include "common/service/job/job.h"
#include "common/service/job/jobs.h"
#include "common/service/inbox.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { LIST_MAX = 500, ARGS_MAX = 64 * 1024 };

static ProtobufCBinaryData binary(struct bytes b)
{
    return (ProtobufCBinaryData){b.size, (uint8_t *)b.data};
}

static void read_times(Hp__Job *j, const struct rows *rows, size_t i)
{
    j->created_at = rows_at(rows, i, "created_at");
    j->changed_at = rows_at(rows, i, "changed_at");
    j->has_started_at = !rows_null(rows, i, "started_at");
    j->started_at = j->has_started_at ? rows_at(rows, i, "started_at") : 0;
}

static Hp__Job *read_job(struct arena *a, const struct rows *rows, size_t i)
{
    Hp__Job *j = arena_new_one(a, Hp__Job);
    struct uuid *id = arena_new_one(a, struct uuid);

    hp__job__init(j);
    CHECK(uuid_parse(rows_text(rows, i, "id"), id) == 0);
    j->id = binary((struct bytes){id->bytes, sizeof(id->bytes)});
    j->kind = (char *)rows_text(rows, i, "kind");
    j->state = (char *)rows_text(rows, i, "state");
    j->account = (char *)rows_text(rows, i, "account");
    j->phase = (char *)rows_text(rows, i, "phase");
    j->error = (char *)rows_text(rows, i, "error");
    j->done = rows_i64(rows, i, "done");
    j->has_total = !rows_null(rows, i, "total");
    j->total = rows_i64(rows, i, "total");
    j->turn = rows_i64(rows, i, "turn");
    j->has_args = true;
    j->args = binary(rows_bytes(rows, i, "args"));
    j->has_result = !rows_null(rows, i, "result");
    j->result = binary(rows_bytes(rows, i, "result"));
    read_times(j, rows, i);
    return j;
}

static void answer_done(struct job *job)
{
    task_answer(container_of(job, struct task, job));
}

/* ---- bus.ListJobs ---- */

static struct uuid id_from(ProtobufCBinaryData data)
{
    struct uuid id;

    memcpy(id.bytes, data.data, sizeof(id.bytes));
    return id;
}

static void list_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    const Hp__ListJobs *in = t->request;
    struct uuid id = in->has_id ? id_from(in->id) : (struct uuid){0};
    Hp__ListJobsReply reply = HP__LIST_JOBS_REPLY__INIT;
    struct pg *pg = worker_pg(worker, 1000);
    struct rows *rows;
    struct tx *tx;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, t->arena);
    if (sql_query(tx, &sql_frame_job_list, &rows, U(in->has_id ? &id : NULL), I(in->max)) == 0) {
        reply.jobs = arena_new_array(t->arena, Hp__Job *, rows_count(rows) + 1);
        for (; reply.n_jobs < rows_count(rows); reply.n_jobs++)
            reply.jobs[reply.n_jobs] = read_job(t->arena, rows, reply.n_jobs);
        task_done(t, &reply.base, "bus.ListJobsReply");
    }
    tx_rollback(tx);
}

void list_jobs_start(struct task *t)
{
    const Hp__ListJobs *in = t->request;

    if (in->has_id && in->id.len != sizeof(struct uuid))
        task_refuse(t, reason_message_malformed, "id", NULL);
    else if (in->max < 1 || in->max > LIST_MAX)
        task_refuse(t, reason_number_out_of_range, "max", "1", "500", NULL);
    else {
        task_work(t, list_run, answer_done);
        return;
    }
    task_answer(t);
}

/* ---- bus.StartJob ---- */

static bool is_same(const Hp__Job *j, const Hp__StartJob *in)
{
    return strcmp(j->kind, in->kind) == 0 && j->args.len == in->args.len &&
           (in->args.len == 0 || memcmp(j->args.data, in->args.data, in->args.len) == 0);
}

/* Whether it may be queued; one that was queued before is asked about no more. */
static bool is_admitted(struct task *t, struct pg *pg)
{
    const Hp__StartJob *in = t->request;
    const struct job_kind *kind = job_kind_for(t->svc, in->kind);
    struct bytes args = {in->args.data, in->args.len};
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, t->arena);
    struct rows *rows;
    int r = kind->admit ? sql_query(tx, &sql_frame_job_list, &rows, U(&t->id), I(1)) : 0;
    bool known = kind->admit && r == 0 && rows_count(rows) > 0;

    tx_rollback(tx);
    return r == 0 && (!kind->admit || known || kind->admit(t, pg, args, &r));
}

static void start_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    const Hp__StartJob *in = t->request;
    struct pg *pg = worker_pg(worker, 1000);
    struct rows *rows;
    struct tx *tx;
    Hp__Job *j;
    int r;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg || !is_admitted(t, pg))
        return;
    tx = tx_begin(pg, TX_WRITE, t->arena);
    sql_exec(tx, &sql_frame_job_add, U(&t->id), T(in->kind),
             BY(in->args.len ? in->args.data : (const uint8_t *)"", in->args.len),
             T(t->env->actor ? t->env->actor->account : NULL));
    r = sql_query(tx, &sql_frame_job_list, &rows, U(&t->id), I(1));
    if (r) {
        tx_rollback(tx);
        return;
    }
    j = read_job(t->arena, rows, 0);
    if (tx_commit(tx, NULL) != 0)
        return;
    if (is_same(j, in))
        task_done(t, &j->base, "bus.Job");
    else
        task_refuse(t, reason_message_reused, NULL, NULL);
}

static void start_done(struct job *job)
{
    struct task *t = container_of(job, struct task, job);

    if (t->reply.status == HP__REPLY__STATUS__DONE)
        jobs_kick(t->svc);
    task_answer(t);
}

void start_job_start(struct task *t)
{
    const Hp__StartJob *in = t->request;

    if (!job_kind_for(t->svc, in->kind))
        task_refuse(t, reason_value_unknown, "kind", in->kind, NULL);
    else if (in->args.len > ARGS_MAX)
        task_refuse(t, reason_number_out_of_range, "args", "0", "65536", NULL);
    else {
        task_work(t, start_run, start_done);
        return;
    }
    task_answer(t);
}

/* ---- bus.CancelJob ---- */

static void cancel_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct uuid id = id_from(((const Hp__CancelJob *)t->request)->id);
    struct pg *pg = worker_pg(worker, 1000);
    struct rows *rows, *hit;
    char text[UUID_TEXT];
    Hp__Job *j = NULL;
    struct tx *tx;
    int r;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    tx = tx_begin(pg, TX_WRITE, t->arena);
    r = sql_query(tx, &sql_frame_job_cancel, &hit, U(&id));
    r = r ? r : sql_query(tx, &sql_frame_job_list, &rows, U(&id), I(1));
    if (r) {
        tx_rollback(tx);
        return;
    }
    if (rows_count(rows))
        j = read_job(t->arena, rows, 0);
    if (tx_commit(tx, NULL) != 0)
        return;
    if (!j)
        task_refuse(t, reason_not_found, "id", "job", NULL);
    else if (rows_count(hit) == 0 && strcmp(j->state, "cancelling") != 0)
        task_refuse(t, reason_job_ended, "id", uuid_format(&id, text), j->state, NULL);
    else
        task_done(t, &j->base, "bus.Job");
}

void cancel_job_start(struct task *t)
{
    if (((const Hp__CancelJob *)t->request)->id.len != sizeof(struct uuid)) {
        task_refuse(t, reason_message_malformed, "id", NULL);
        task_answer(t);
        return;
    }
    task_work(t, cancel_run, answer_done);
}
