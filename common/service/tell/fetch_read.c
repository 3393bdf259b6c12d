/* SPDX-License-Identifier: Apache-2.0 */
/* Events and seals from the database, for fetches that memory cannot answer. */
#include "common/service/tell/fetch_read.h"

#include <string.h>

#include "common/log/log.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

static struct bytes pack_row(struct arena *a, const struct rows *rows, size_t i,
                             const char *district)
{
    struct bytes payload = rows_bytes(rows, i, "payload");
    struct uuid id = rows_uuid(rows, i, "event_id"), cause = rows_uuid(rows, i, "cause_id");
    Hp__Event event = HP__EVENT__INIT;

    event.event_id = (ProtobufCBinaryData){sizeof(id.bytes), id.bytes};
    event.type = (char *)rows_text(rows, i, "type");
    event.district = (char *)district;
    event.position = rows_i64(rows, i, "seq");
    event.at = rows_at(rows, i, "at");
    event.has_cause_id = true;
    event.cause_id = (ProtobufCBinaryData){sizeof(cause.bytes), cause.bytes};
    event.trace_id = (char *)rows_text(rows, i, "trace_id");
    event.account = (char *)rows_text(rows, i, "account");
    event.has_may_skip = event.may_skip = rows_bool(rows, i, "may_skip");
    event.payload = (ProtobufCBinaryData){payload.size, (uint8_t *)payload.data};
    return bus_pack(a, &event.base);
}

static int read_seal(struct tx *tx, const char *district, int64_t seq, struct tail_seal *ret)
{
    struct rows *rows;
    int r = sql_query(tx, &sql_ledger_seal_at, &rows, T(district), T("stream"), I(seq));

    *ret = (struct tail_seal){.last = -1};
    if (r || rows_count(rows) == 0)
        return r;
    struct bytes hash = rows_bytes(rows, 0, "hash");

    CHECK(hash.size == DIGEST_SIZE); /* the table's own constraint */
    ret->last = rows_i64(rows, 0, "last");
    memcpy(ret->hash, hash.data, DIGEST_SIZE);
    return 0;
}

/* Whether what would come next was archived; then the answer says from where on events are kept. */
static int look_archived(struct fetch *f, struct from *from, struct tx *tx, bool *ret_archived)
{
    struct rows *rows;
    Hp__FetchStream *answer;
    int r = sql_query(tx, &sql_frame_archive_upto, &rows, T("stream"), T(from->asked->district));
    int64_t upto = r ? 0 : rows_i64(rows, 0, "last");

    *ret_archived = r == 0 && from->asked->after < upto;
    if (!*ret_archived)
        return r;
    answer = fetch_answer_for(f, from);
    answer->head = from->head;
    answer->code = (char *)reason_row(reason_archived)->code;
    answer->has_kept = true;
    answer->kept = upto;
    return 0;
}

static int read_stream(struct fetch *f, struct from *from, struct tx *tx)
{
    const Hp__FetchFrom *asked = from->asked;
    struct arena *a = f->task->arena;
    size_t room = f->bytes < MAX_BYTES ? MAX_BYTES - f->bytes : 1, n;
    struct tail_seal at = {.last = -1}, upto;
    bool archived = false;
    Hp__FetchStream *answer;
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_stream_after, &rows, T(asked->district), I(asked->after),
                      I(f->max), I((int64_t)room));

    if (r)
        return r;
    n = rows_count(rows);
    from->head = n ? rows_i64(rows, 0, "head") : 0;
    if (n == 1 && rows_null(rows, 0, "seq"))
        n = 0;
    if (n ? rows_i64(rows, 0, "seq") != asked->after + 1 : asked->after < from->head)
        r = look_archived(f, from, tx, &archived);
    if (r || archived)
        return r;
    if (asked->after > 0 && asked->after <= from->head)
        r = read_seal(tx, asked->district, asked->after, &at);
    if (r)
        return r;
    from->at_head = at;
    if (n == 0 && asked->after <= from->head && fetch_stands_at(&at, asked)) {
        if (asked->after < from->head)
            log_line(LOG_ERROR, "events of a stream are missing", "district", asked->district,
                     NULL);
        return 0;
    }
    answer = fetch_answer_for(f, from);
    answer->head = from->head;
    if (at.last >= 0)
        answer->at = fetch_seal(a, &at);
    answer->events = arena_new_array(a, ProtobufCBinaryData, n + 1);
    for (size_t i = 0; i < n; i++)
        fetch_put_event(f, answer, pack_row(a, rows, i, asked->district));
    if (n) {
        r = read_seal(tx, asked->district, rows_i64(rows, n - 1, "seq"), &upto);
        at = upto;
    }
    if (r == 0 && at.last >= 0)
        answer->upto = fetch_seal(a, &at);
    return r;
}

void fetch_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct pg *pg = worker_pg(worker, 0);
    struct fetch *f = t->fetch;
    struct tx *tx;
    int r = 0;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, t->arena);
    for (size_t i = 0; i < f->n && r == 0; i++)
        if (f->from[i].read)
            r = read_stream(f, &f->from[i], tx);
    if (r == 0)
        task_status(t, HP__REPLY__STATUS__DONE);
    else if (r != TX_E_LOST)
        log_line(LOG_ERROR, "stream cannot be read", "error", tx_error(tx)->text, NULL);
    tx_rollback(tx);
}
