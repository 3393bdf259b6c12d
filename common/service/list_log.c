/* SPDX-License-Identifier: Apache-2.0 */
/* bus.ListLog: the command log of one district, for auditors. */
#include "common/service/list_log.h"

#include <string.h>
#include "common/service/inbox.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { PAGE_MAX = 500 };

static char *text(struct arena *a, const struct rows *rows, size_t i, const char *column)
{
    return arena_strdup(a, rows_text(rows, i, column));
}

static Hp__LogEntry *entry(struct arena *a, const struct rows *rows, size_t i)
{
    Hp__LogEntry *e = arena_new_one(a, Hp__LogEntry);

    hp__log_entry__init(e);
    e->seq = rows_i64(rows, i, "seq");
    e->at = rows_at(rows, i, "at");
    e->has_wall_at = true;
    e->wall_at = rows_at(rows, i, "wall_at");
    e->message_id = text(a, rows, i, "message_id");
    e->type = text(a, rows, i, "type");
    e->account = rows_null(rows, i, "account") ? arena_strdup(a, "") : text(a, rows, i, "account");
    e->outcome = text(a, rows, i, "outcome");
    e->field = text(a, rows, i, "field");
    e->trace_id = text(a, rows, i, "trace_id");
    e->hash = text(a, rows, i, "hash");
    return e;
}

/* One more than the page is read, so that the last page says that it is the last. */
static void fill(struct task *t, const struct rows *rows, size_t max)
{
    Hp__ListLogReply reply = HP__LIST_LOG_REPLY__INIT;
    size_t n = rows_count(rows);

    reply.entries = arena_new_array(t->arena, Hp__LogEntry *, n + 1);
    for (; reply.n_entries < n && reply.n_entries < max; reply.n_entries++)
        reply.entries[reply.n_entries] = entry(t->arena, rows, reply.n_entries);
    if (n > max) {
        reply.has_next = true;
        reply.next = reply.entries[max - 1]->seq;
    }
    task_done(t, &reply.base, "bus.ListLogReply");
}

static void list_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    const Hp__ListLog *in = t->request;
    struct pg *pg = worker_pg(worker, 1000);
    struct rows *rows;
    struct tx *tx;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, t->arena);
    if (sql_query(tx, &sql_frame_log_list, &rows, T(in->district), I(in->after), I(in->max + 1)) ==
        0)
        fill(t, rows, (size_t)in->max);
    tx_rollback(tx);
}

static void list_done(struct job *job)
{
    task_answer(container_of(job, struct task, job));
}

void list_log_start(struct task *t)
{
    const Hp__ListLog *in = t->request;

    if (!service_serves(t->svc, in->district))
        task_refuse(t, reason_district_unknown, "district", in->district, NULL);
    else if (in->max < 1 || in->max > PAGE_MAX)
        task_refuse(t, reason_number_out_of_range, "max", "1", "500", NULL);
    else {
        task_work(t, list_run, list_done);
        return;
    }
    task_answer(t);
}
