/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job archive: a month of stream and log goes to files, then out of the database.
 *
 * Of each ledger every district's rows are written to a file, which is on disk and read again from there before the month's partition
 * is dropped, all districts at once, in one transaction with the record of the files. The files are the job's mark: one that is there
 * and holds is kept, so a job that is taken up again, or asked for again, goes on from them. A month's rows end at the last one written
 * in it; what lies between and was written by a clock that stood in another month goes with them.
 */
#include "common/service/archive/archive_job.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/db/ledger_copy.h"
#include "common/db/ledger_verify.h"
#include "common/log/log.h"
#include "common/service/archive/archive_file.h"
#include "common/service/archive/archive_list.h"
#include "common/service/archive/archive_make.h"
#include "common/service/job/job.h"

#include "common/base/banned.h"

enum { LEDGERS = 2, WAIT_MS = 1000, MOST_WAIT_MS = 5000 };
static const struct ledger *const ledgers[LEDGERS] = {&frame_stream, &frame_log};

struct piece { /* a district's rows of the month */
    const char *district, *file;
    struct archive_want want;
    uint8_t sha256[DIGEST_SIZE];
};
struct part { /* a ledger's month */
    const struct ledger *ledger;
    bool archived; /* before */
    struct piece *pieces;
    size_t n;
};
struct archiving {
    struct work *work;
    struct service *svc;
    struct arena *arena;
    struct month month;
    struct part parts[LEDGERS];
    struct making m;
    int64_t files;
};

/* ---- what there is to do ---- */

static int read_span(struct archiving *a, struct tx *tx, const struct part *part,
                     const char *district, int64_t *ret_last)
{
    int64_t kept_at = wall_now_us() - a->svc->set.message_days * DAY_US;
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_archive_span, &rows, T(part->ledger->name), T(district),
                      AT(a->month.ends_at), AT(kept_at));

    if (r)
        return r;
    *ret_last = rows_i64(rows, 0, "last");
    if (rows_null(rows, 0, "young"))
        return 0;
    errtext_set(work_error(a->work),
                "row %lld of %s in %s was written later than the others of %s, and its command is "
                "still remembered",
                (long long)rows_i64(rows, 0, "young"), part->ledger->name, district, a->month.text);
    return err_raise(-EBUSY);
}

/* The hash of the seal that ends at @last. */
static int read_end(struct archiving *a, struct tx *tx, const struct part *part,
                    struct archive_want *want)
{
    struct rows *rows;
    struct bytes hash;
    int r = sql_query(tx, &sql_ledger_seal_at, &rows, T(want->chain.district),
                      T(part->ledger->name), I(want->last));

    if (r)
        return r;
    hash = rows_count(rows) ? rows_bytes(rows, 0, "hash") : (struct bytes){0};
    if (hash.size == DIGEST_SIZE && rows_i64(rows, 0, "last") == want->last) {
        memcpy(want->hash, hash.data, DIGEST_SIZE);
        return 0;
    }
    errtext_set(work_error(a->work),
                "no seal of %s in %s ends at row %lld: hongping verify says what is wrong",
                part->ledger->name, want->chain.district, (long long)want->last);
    return err_raise(-EBADMSG);
}

/* Where the rows that are still there begin. */
static int read_begin(struct archiving *a, struct tx *tx, struct part *part,
                      struct archive_want *want)
{
    struct archived *list;
    size_t n;
    int r = archived_read(tx, part->ledger->name, want->chain.district, &list, &n);

    if (r)
        return r;
    for (size_t i = 0; i < n; i++)
        part->archived |= strcmp(list[i].month, a->month.text) == 0;
    want->first = n ? list[n - 1].last + 1 : 1;
    if (n)
        memcpy(want->previous, list[n - 1].hash, DIGEST_SIZE);
    else
        seal_genesis(&want->chain, want->previous);
    return 0;
}

static int add_piece(struct archiving *a, struct tx *tx, struct part *part, const char *district)
{
    struct piece *p = &part->pieces[part->n];
    struct archive_want *want = &p->want;
    int r;

    *p = (struct piece){
        .district = district,
        .file = archive_name(a->arena, a->svc, part->ledger->name, district, a->month.text)};
    if (seal_chain_set(&want->chain, a->svc->spec->name, part->ledger->name, district) != 0)
        return err_raise(-EINVAL);
    r = read_begin(a, tx, part, want);
    if (r || part->archived)
        return r;
    r = read_span(a, tx, part, district, &want->last);
    if (r || want->last < want->first)
        return r;
    r = read_end(a, tx, part, want);
    if (r)
        return r;
    a->m.total += 2 * (want->last - want->first + 1);
    part->n++;
    return 0;
}

static int add_part(struct archiving *a, struct part *part, const struct ledger *ledger)
{
    struct pg *pg = work_pg(a->work);
    const char *const *districts;
    size_t n;
    int r = pg ? ledger_districts(pg, ledger, a->arena, &districts, &n) : TX_E_LOST;

    if (r)
        return r;
    *part =
        (struct part){.ledger = ledger, .pieces = arena_new_array(a->arena, struct piece, n + 1)};
    for (size_t i = 0; i < n && r == 0 && !part->archived; i++) {
        struct tx *tx = tx_begin(pg, TX_SNAPSHOT, a->arena);

        r = add_piece(a, tx, part, districts[i]);
        tx_rollback(tx);
    }
    return r;
}

static int look(struct archiving *a)
{
    int r = 0;

    for (size_t i = 0; i < LEDGERS && r == 0; i++)
        r = add_part(a, &a->parts[i], ledgers[i]);
    return r;
}

/* ---- files ---- */

/* Make the piece's file, or find that it is there; read from disk it holds. */
static int make_file(struct archiving *a, const struct part *part, struct piece *p)
{
    int r = making_file(&a->m, part->ledger, a->month.text, &p->want, p->file, p->sha256);

    if (r)
        return r;
    a->files++;
    work_mark(a->work, &a->files, sizeof(a->files));
    return making_tell(&a->m, 0) ? WORK_STOPPED : 0;
}

/* ---- taking out ---- */

static int try_take_out(struct archiving *a, const struct part *part, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    const char **districts = arena_new_array(arena, const char *, part->n + 1);
    const char **files = arena_new_array(arena, const char *, part->n + 1);
    int64_t *firsts = arena_new_array(arena, int64_t, part->n + 1);
    int64_t *lasts = arena_new_array(arena, int64_t, part->n + 1);
    struct sql_arg *hashes = arena_new_array(arena, struct sql_arg, part->n + 1);
    struct sql_arg *digests = arena_new_array(arena, struct sql_arg, part->n + 1);
    struct pg *pg = work_pg(a->work);
    struct rows *rows;
    struct tx *tx;
    int64_t odd;
    int r;

    if (!pg)
        return TX_E_LOST;
    for (size_t i = 0; i < part->n; i++) {
        const struct piece *p = &part->pieces[i];

        districts[i] = p->district;
        files[i] = p->file;
        firsts[i] = p->want.first;
        lasts[i] = p->want.last;
        hashes[i] = BY(p->want.hash, DIGEST_SIZE);
        digests[i] = BY(p->sha256, DIGEST_SIZE);
    }
    tx = tx_begin(pg, TX_WRITE, arena);
    r = sql_query(tx, &sql_frame_archive_month, &rows, T(part->ledger->name),
                  T(arena_printf(arena, "%s-01", a->month.text)), TA(districts, part->n),
                  IA(firsts, part->n), IA(lasts, part->n), RA(SQL_BYTES, hashes, part->n),
                  TA(files, part->n), RA(SQL_BYTES, digests, part->n));
    if (r) {
        *e = *tx_error(tx);
        tx_rollback(tx);
        return r;
    }
    odd = rows_i64(rows, 0, "deleted");
    r = tx_commit(tx, e);
    if (r == 0 && odd)
        log_line(LOG_WARN, "rows of other months were archived with those they lie between",
                 "ledger", part->ledger->name, "month", a->month.text, "rows",
                 arena_printf(arena, "%lld", (long long)odd), NULL);
    return r;
}

/* The locks are not waited for long, but tried for again and again. */
static int take_out(struct archiving *a, const struct part *part)
{
    int64_t began_us = monotonic_now_us(), ms;
    struct errtext e = {0};
    int r;

    while ((r = try_take_out(a, part, &e)) == TX_E_COLLISION) {
        if (making_tell(&a->m, 0))
            return WORK_STOPPED;
        ms = (monotonic_now_us() - began_us) / 1000; /* the more rows to count, the longer */
        work_pause(a->work, ms < WAIT_MS ? WAIT_MS : ms < MOST_WAIT_MS ? ms : MOST_WAIT_MS);
        began_us = monotonic_now_us();
    }
    if (r == 0)
        log_line(LOG_INFO, "a month was archived", "ledger", part->ledger->name, "month",
                 a->month.text, NULL);
    return r ? making_fail(&a->m, r, &e) : 0;
}

static int make_files(struct archiving *a, struct part *part)
{
    int r = 0;

    a->m.phase = part->ledger->name;
    for (size_t i = 0; i < part->n && r == 0 && !part->archived; i++)
        r = make_file(a, part, &part->pieces[i]);
    return r;
}

/* ---- the job ---- */

static int begin(struct archiving *a)
{
    struct bytes args = work_args(a->work);
    Hp__ArchiveJob *in = hp__archive_job__unpack(arena_pb(a->arena), args.size, args.data);
    struct pg *pg = work_pg(a->work);
    struct month_refusal why;
    int r;

    if (!in) {
        errtext_set(work_error(a->work), "the arguments are not an ArchiveJob");
        return err_raise(-EBADMSG);
    }
    if (!pg)
        return TX_E_LOST;
    r = month_admit(a->svc, pg, a->arena, in->month, &a->month, &why);
    if (r != MONTH_E_REFUSED)
        return r;
    errtext_set(work_error(a->work), "%s: %s%s%s", reason_row(why.reason)->code,
                why.one ? why.one : why.field, why.two ? " " : "", why.two ? why.two : "");
    return err_raise(-EINVAL);
}

static int end(struct archiving *a)
{
    Hp__ArchiveList list = HP__ARCHIVE_LIST__INIT;
    struct pg *pg = work_pg(a->work);
    struct archived *files;
    struct bytes packed;
    struct tx *tx;
    size_t n;
    int r;

    if (!pg)
        return TX_E_LOST;
    tx = tx_begin(pg, TX_READ_ONLY, a->arena);
    r = archived_read(tx, NULL, NULL, &files, &n);
    tx_rollback(tx);
    if (r)
        return r;
    list.files = arena_new_array(a->arena, Hp__Archive *, n + 1);
    for (size_t i = 0; i < n; i++)
        if (strcmp(files[i].month, a->month.text) == 0)
            list.files[list.n_files++] = archived_message(a->arena, &files[i]);
    packed = bus_pack(a->arena, &list.base);
    work_result(a->work, packed.data, packed.size);
    return 0;
}

int archive_job(struct work *work)
{
    struct archiving a = {.work = work,
                          .svc = work_service(work),
                          .arena = work_arena(work),
                          .m = {.work = work, .phase = "archive"}};
    int r = begin(&a);

    r = r ? r : look(&a);
    /* all files first: where one cannot be made, nothing leaves */
    for (size_t i = 0; i < LEDGERS && r == 0; i++)
        r = make_files(&a, &a.parts[i]);
    for (size_t i = 0; i < LEDGERS && r == 0; i++)
        r = a.parts[i].archived ? 0 : take_out(&a, &a.parts[i]);
    return r ? r : end(&a);
}
