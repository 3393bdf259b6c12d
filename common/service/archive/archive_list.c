/* SPDX-License-Identifier: Apache-2.0 */
/* The record of archives, bus.ListArchives, and which months may be archived. */
#include "common/service/archive/archive_list.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/service/inbox.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

static void take_hash(uint8_t ret[DIGEST_SIZE], struct bytes b)
{
    memset(ret, 0, DIGEST_SIZE);
    if (b.size == DIGEST_SIZE) /* else somebody changed it: nothing fits */
        memcpy(ret, b.data, DIGEST_SIZE);
}

int archived_read(struct tx *tx, const char *ledger, const char *district,
                  struct archived **ret_list, size_t *ret_n)
{
    struct archived *list;
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_archive_list, &rows, T(ledger), T(district));

    if (r)
        return r;
    list = arena_new_array(tx_arena(tx), struct archived, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        list[i] = (struct archived){.ledger = rows_text(rows, i, "ledger"),
                                    .month = rows_text(rows, i, "month"),
                                    .district = rows_text(rows, i, "district"),
                                    .file = rows_text(rows, i, "file"),
                                    .first = rows_i64(rows, i, "first"),
                                    .last = rows_i64(rows, i, "last")};
        take_hash(list[i].hash, rows_bytes(rows, i, "hash"));
        take_hash(list[i].sha256, rows_bytes(rows, i, "file_sha256"));
    }
    *ret_list = list;
    *ret_n = rows_count(rows);
    return 0;
}

Hp__Archive *archived_message(struct arena *arena, const struct archived *a)
{
    Hp__Archive *m = arena_new_one(arena, Hp__Archive);

    hp__archive__init(m);
    m->ledger = (char *)a->ledger;
    m->month = (char *)a->month;
    m->district = (char *)a->district;
    m->file = (char *)a->file;
    m->first = a->first;
    m->last = a->last;
    m->hash = (ProtobufCBinaryData){DIGEST_SIZE, (uint8_t *)a->hash};
    m->sha256 = (ProtobufCBinaryData){DIGEST_SIZE, (uint8_t *)a->sha256};
    return m;
}

/* ---- months ---- */

int month_parse(const char *text, struct month *ret_month)
{
    char day_text[DAY_TEXT];
    int32_t begins, ends;
    int year, month, mday;

    if (strlen(text) != ARCHIVE_MONTH - 1)
        return MONTH_E_BAD;
    snprintf(day_text, sizeof(day_text), "%s-01", text);
    if (day_parse(day_text, &begins) != 0)
        return MONTH_E_BAD;
    day_civil(begins, &year, &month, &mday);
    if (day_of(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1, &ends) != 0)
        return MONTH_E_BAD;
    snprintf(ret_month->text, sizeof(ret_month->text), "%s", text);
    ret_month->begins_at = begins * DAY_US;
    ret_month->ends_at = ends * DAY_US;
    return 0;
}

static int not_now(struct month_refusal *ret, enum reason reason, const char *field,
                   const char *one, const char *two)
{
    *ret = (struct month_refusal){reason, field, one, two};
    return MONTH_E_REFUSED;
}

/* The time both clocks admit, and the month that comes first. */
static int read_before(struct pg *pg, struct arena *a, const struct month *month, int64_t *ret_now,
                       const char **ret_before)
{
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, a);
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_archive_before, &rows, AT(month->begins_at));

    if (r == 0) {
        *ret_now = rows_at(rows, 0, "now");
        *ret_before = rows_text(rows, 0, "month");
        if (*ret_now > wall_now_us())
            *ret_now = wall_now_us();
    }
    tx_rollback(tx);
    return r;
}

int month_admit(const struct service *svc, struct pg *pg, struct arena *a, const char *text,
                struct month *ret_month, struct month_refusal *ret_refusal)
{
    int64_t days_us = svc->set.message_days * DAY_US, now;
    char *day = arena_alloc(a, DAY_TEXT);
    const char *before;
    struct month month;
    int r;

    if (month_parse(text, &month) != 0)
        return not_now(ret_refusal, reason_month_bad, "month", text, NULL);
    if (!*svc->set.archive_folder)
        return not_now(ret_refusal, reason_folder_missing, "archive.folder", NULL, NULL);
    r = read_before(pg, a, &month, &now, &before);
    if (r)
        return r;
    if (month.ends_at > now)
        return not_now(ret_refusal, reason_month_not_over, "month", text, NULL);
    if (month.ends_at + days_us > now)
        return not_now(ret_refusal, reason_month_remembered, "month", text,
                       day_format((int32_t)((month.ends_at + days_us) / DAY_US), day));
    if (before)
        return not_now(ret_refusal, reason_month_before, "month", text, before);
    *ret_month = month;
    return 0;
}

static bool is_admitted(struct task *t, struct pg *pg, const char *text, int *ret_r)
{
    struct month_refusal why;
    struct month month;
    int r = month_admit(t->svc, pg, t->arena, text, &month, &why);

    if (r == MONTH_E_REFUSED)
        task_refuse(t, why.reason, why.field, why.one, why.two, NULL);
    *ret_r = tx_failed(r) ? r : 0;
    return r == 0;
}

bool archive_admit_job(struct task *t, struct pg *pg, struct bytes args, int *ret_r)
{
    Hp__ArchiveJob *in = hp__archive_job__unpack(arena_pb(t->arena), args.size, args.data);

    *ret_r = 0;
    if (in && !bus_text_fault(t->arena, &in->base))
        return is_admitted(t, pg, in->month, ret_r);
    task_refuse(t, reason_message_malformed, "args", NULL);
    return false;
}

/* ---- bus.ListArchives ---- */

static int list(struct task *t, struct pg *pg, const Hp__ListArchives *in)
{
    Hp__ArchiveList reply = HP__ARCHIVE_LIST__INIT;
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, t->arena);
    struct archived *files;
    size_t n;
    int r = archived_read(tx, in->ledger, in->district, &files, &n);

    tx_rollback(tx);
    if (r)
        return r;
    reply.files = arena_new_array(t->arena, Hp__Archive *, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!in->month || strcmp(files[i].month, in->month) == 0)
            reply.files[reply.n_files++] = archived_message(t->arena, &files[i]);
    task_done(t, &reply.base, "bus.ArchiveList");
    return 0;
}

static void list_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    const Hp__ListArchives *in = t->request;
    struct pg *pg = worker_pg(worker, 1000);
    int r = 0;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (pg && (!in->month || is_admitted(t, pg, in->month, &r)))
        r = list(t, pg, in);
    if (r)
        task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
}

static void list_done(struct job *job)
{
    task_answer(container_of(job, struct task, job));
}

void list_archives_start(struct task *t)
{
    task_work(t, list_run, list_done);
}
