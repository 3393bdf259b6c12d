/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job export: what stands in a ledger now goes to a file that hongping-verify checks, and stays where it is.
 *
 * The file begins with a whole seal and ends with the newest one when the job began. Its mark is that last row, so a job that is taken
 * up again writes the same file.
 */
#include "common/service/archive/export_job.h"

#include <errno.h>
#include <string.h>

#include "common/db/ledger_hash.h"
#include "common/db/ledger_verify.h"
#include "common/log/log.h"
#include "common/service/archive/archive_list.h"
#include "common/service/archive/archive_make.h"
#include "common/service/verify/ledgers.h"
#include "common/service/snapshot/snapshot_name.h"
#include "common/service/task.h"

#include "common/base/banned.h"

/* What is to be written, or why it cannot be. */
struct span {
    const Hp__ExportJob *in;
    const struct ledger *ledger;
    struct archive_want want;
    enum { SPAN_FOUND, SPAN_MISSING, SPAN_ARCHIVED, SPAN_UNSEALED } found;
    int64_t row;  /* the one that is missing, archived or not under a seal */
    int64_t kept; /* the first that is not archived */
    const struct archived *archived;
};

static Hp__ExportJob *unpack_args(struct arena *a, struct bytes args)
{
    Hp__ExportJob *in = hp__export_job__unpack(arena_pb(a), args.size, args.data);

    return in && !bus_text_fault(a, &in->base) ? in : NULL;
}

/* ---- the rows ---- */

/* The seal over row @seq; 0 with @ret->last 0: there is none. */
static int seal_over(struct tx *tx, const struct span *s, int64_t seq, struct ledger_seal *ret)
{
    struct rows *rows;
    int r = sql_query(tx, &sql_ledger_seal_at, &rows, T(s->want.chain.district), T(s->ledger->name),
                      I(seq));

    *ret = (struct ledger_seal){0};
    if (r == 0 && rows_count(rows) && !ledger_seal_read(rows, 0, ret))
        *ret = (struct ledger_seal){0};
    return r;
}

static bool is_in(const struct archived *a, int64_t seq)
{
    return seq >= a->first && seq <= a->last;
}

/* Where the rows kept begin, and what stands before them. */
static int begin_kept(struct tx *tx, struct span *s)
{
    struct archived *list;
    size_t n;
    int r = archived_read(tx, s->ledger->name, s->want.chain.district, &list, &n);

    if (r)
        return r;
    s->want.first = s->kept = n ? list[n - 1].last + 1 : 1;
    if (n)
        memcpy(s->want.previous, list[n - 1].hash, DIGEST_SIZE);
    else
        seal_genesis(&s->want.chain, s->want.previous);
    for (size_t i = 0; i < n && s->in->has_from; i++)
        if (is_in(&list[i], s->in->from)) {
            s->found = SPAN_ARCHIVED;
            s->row = s->in->from;
            s->archived = &list[i];
        }
    return 0;
}

/* Begin with the seal of the row asked for. */
static int begin_at(struct tx *tx, struct span *s, int64_t from)
{
    struct ledger_seal seal, before;
    int r = seal_over(tx, s, from, &seal);

    if (r || seal.last == 0 || seal.first <= s->want.first)
        return r;
    r = seal_over(tx, s, seal.first - 1, &before);
    if (r)
        return r;
    if (before.last != seal.first - 1) {
        s->found = SPAN_UNSEALED;
        s->row = seal.first - 1;
        return 0;
    }
    s->want.first = seal.first;
    memcpy(s->want.previous, before.hash, DIGEST_SIZE);
    return 0;
}

static int end_at(struct tx *tx, struct span *s, int64_t last)
{
    struct ledger_seal seal;
    int64_t wanted = s->in->has_from ? s->in->from : s->want.first;
    int r = 0;

    s->want.last = last;
    if (last < wanted || wanted < 1) {
        s->found = SPAN_MISSING;
        s->row = wanted;
        return 0;
    }
    r = seal_over(tx, s, last, &seal);
    if (r == 0 && seal.last != last) {
        s->found = SPAN_UNSEALED;
        s->row = last;
    }
    memcpy(s->want.hash, seal.hash, DIGEST_SIZE);
    return r;
}

/* @last 0: where the ledger ends now. */
static int find_span(struct service *svc, struct pg *pg, struct arena *a, int64_t last,
                     struct span *s)
{
    const char *district = s->in->district;
    struct tx *tx;
    int r = 0;

    if (seal_chain_set(&s->want.chain, svc->spec->name, s->ledger->name, district) != 0)
        return err_raise(-EINVAL);
    if (!last)
        r = ledger_ends(pg, s->ledger, &district, 1, &last);
    if (r)
        return r;
    tx = tx_begin(pg, TX_SNAPSHOT, a);
    r = begin_kept(tx, s);
    if (r == 0 && s->found == SPAN_FOUND)
        r = end_at(tx, s, last);
    if (r == 0 && s->found == SPAN_FOUND && s->in->has_from)
        r = begin_at(tx, s, s->in->from);
    tx_rollback(tx);
    return r;
}

/* ---- before it begins ---- */

static bool is_found(struct task *t, const struct span *s)
{
    const char *row = arena_printf(t->arena, "%lld", (long long)s->row);

    switch (s->found) {
    case SPAN_MISSING:
        task_refuse(t, reason_row_missing, "from", s->in->ledger, row, s->in->district, NULL);
        return false;
    case SPAN_ARCHIVED:
        task_refuse(t, reason_export_archived, "from", row, s->archived->file, s->archived->month,
                    arena_printf(t->arena, "%lld", (long long)s->kept), NULL);
        return false;
    case SPAN_UNSEALED:
        task_refuse(t, reason_row_unsealed, "from", NULL);
        return false;
    default:
        return true;
    }
}

bool export_admit_job(struct task *t, struct pg *pg, struct bytes args, int *ret_r)
{
    struct span s = {.in = unpack_args(t->arena, args)};

    *ret_r = 0;
    s.ledger = s.in ? service_ledger_named(t->svc, s.in->ledger) : NULL;
    if (!s.in)
        task_refuse(t, reason_message_malformed, "args", NULL);
    else if (!*t->svc->set.archive_folder)
        task_refuse(t, reason_folder_missing, "archive.folder", NULL);
    else if (!snapshot_is_name(s.in->file))
        task_refuse(t, reason_snapshot_name_bad, "file", s.in->file, NULL);
    else if (!s.ledger)
        task_refuse(t, reason_ledger_unknown, "ledger", s.in->ledger,
                    service_ledger_list(t->svc, t->arena), NULL);
    else if ((*ret_r = find_span(t->svc, pg, t->arena, 0, &s)) == 0)
        return is_found(t, &s);
    return false;
}

/* ---- the job ---- */

static int report(struct work *work, const struct span *s, const uint8_t sha256[DIGEST_SIZE])
{
    Hp__Archive out = HP__ARCHIVE__INIT;
    struct bytes packed;

    out.ledger = s->in->ledger;
    out.district = s->in->district;
    out.month = (char *)"";
    out.first = s->want.first;
    out.last = s->want.last;
    out.file = s->in->file;
    out.hash = (ProtobufCBinaryData){DIGEST_SIZE, (uint8_t *)s->want.hash};
    out.sha256 = (ProtobufCBinaryData){DIGEST_SIZE, (uint8_t *)sha256};
    packed = bus_pack(work_arena(work), &out.base);
    work_result(work, packed.data, packed.size);
    log_line(LOG_INFO, "rows were exported", "ledger", s->in->ledger, "district", s->in->district,
             "file", s->in->file, NULL);
    return 0;
}

int export_job(struct work *work)
{
    struct service *svc = work_service(work);
    struct span s = {.in = unpack_args(work_arena(work), work_args(work))};
    struct making m = {.work = work, .phase = "export"};
    struct bytes mark = work_from(work);
    uint8_t sha256[DIGEST_SIZE];
    struct pg *pg = work_pg(work);
    int64_t last = 0;
    int r;

    if (!pg)
        return TX_E_LOST;
    s.ledger = s.in ? service_ledger_named(svc, s.in->ledger) : NULL;
    if (!s.ledger || !*svc->set.archive_folder || !snapshot_is_name(s.in->file)) {
        errtext_set(work_error(work),
                    "the arguments, or the settings since, are not those of an export");
        return err_raise(-EINVAL);
    }
    if (mark.size == sizeof(last))
        memcpy(&last, mark.data, sizeof(last));
    r = find_span(svc, pg, work_arena(work), last, &s);
    if (r)
        return r;
    if (s.found != SPAN_FOUND) {
        errtext_set(work_error(work), "row %lld of %s in %s is not there, or not under a seal",
                    (long long)s.row, s.in->ledger, s.in->district);
        return err_raise(-ENOENT);
    }
    work_mark(work, &s.want.last, sizeof(s.want.last));
    m.total = 2 * (s.want.last - s.want.first + 1);
    r = making_file(&m, s.ledger, "", &s.want, s.in->file, sha256);
    return r ? r : report(work, &s, sha256);
}
