/* SPDX-License-Identifier: Apache-2.0 */
/* The archives on record against the ledgers' seals, and their files against both. */
#include "common/service/archive/archive_verify.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/service/archive/archive_file.h"
#include "common/service/archive/archive_list.h"
#include "common/service/job/job.h"

#include "common/base/banned.h"

struct verify {
    const struct service *svc;
    const struct archives_listener *listener;
    struct archived *list;
    size_t n;
};

static void say(const struct verify *v, const struct archived *a, int64_t seq, const char *reason,
                const char *file)
{
    v->listener->fault(v->listener->arg, a, seq, reason, file);
}

/* The one before @a in its chain; NULL: it is the first. */
static const struct archived *before(const struct verify *v, const struct archived *a)
{
    const struct archived *b = a - 1;

    return a > v->list && strcmp(a->ledger, b->ledger) == 0 && strcmp(a->district, b->district) == 0
               ? b
               : NULL;
}

/* ---- the record ---- */

/* No month is archived before it is over. */
static bool is_over(const struct archived *a)
{
    struct month month;

    return month_parse(a->month, &month) == 0 && month.ends_at <= wall_now_us();
}

static void check_record(const struct verify *v, const struct archived *a, struct bytes sealed)
{
    const struct archived *b = before(v, a);

    if (a->first != (b ? b->last + 1 : 1) || a->last < a->first || !is_over(a))
        say(v, a, a->first, "archive_record", NULL);
    else if (sealed.size != DIGEST_SIZE || memcmp(sealed.data, a->hash, DIGEST_SIZE) != 0)
        say(v, a, a->last, "archive_record", NULL);
}

static int check_records(struct verify *v, struct tx *tx)
{
    struct arena *arena = tx_arena(tx);
    const char **districts = arena_new_array(arena, const char *, v->n + 1);
    const char **ledgers = arena_new_array(arena, const char *, v->n + 1);
    int64_t *lasts = arena_new_array(arena, int64_t, v->n + 1);
    struct rows *rows;
    int r;

    for (size_t i = 0; i < v->n; i++) {
        districts[i] = v->list[i].district;
        ledgers[i] = v->list[i].ledger;
        lasts[i] = v->list[i].last;
    }
    r = sql_query(tx, &sql_frame_seals_at, &rows, TA(districts, v->n), TA(ledgers, v->n),
                  IA(lasts, v->n));
    for (size_t i = 0; r == 0 && i < v->n; i++)
        check_record(v, &v->list[i], rows_bytes(rows, i, "hash"));
    return r;
}

/* ---- the files ---- */

static int check_file(const struct verify *v, const struct archived *a)
{
    struct archive_want want = {.first = a->first, .last = a->last};
    const struct archived *b = before(v, a);
    char path[ARCHIVE_PATH];
    uint8_t sha256[DIGEST_SIZE];
    enum archive_state state;
    int r;

    if (seal_chain_set(&want.chain, v->svc->spec->name, a->ledger, a->district) != 0 ||
        strchr(a->file, '/')) {
        say(v, a, a->first, "archive_record", NULL);
        return 0;
    }
    memcpy(want.hash, a->hash, DIGEST_SIZE);
    if (b)
        memcpy(want.previous, b->hash, DIGEST_SIZE);
    else
        seal_genesis(&want.chain, want.previous);
    r = archive_judge(archive_path(v->svc, a->file, path), &want, &v->listener->step, &state,
                      sha256);
    if (r)
        return r;
    if (state == ARCHIVE_HOLDS && memcmp(sha256, a->sha256, DIGEST_SIZE) != 0)
        state = ARCHIVE_CHANGED;
    if (state == ARCHIVE_ABSENT)
        v->listener->absent(v->listener->arg, a);
    else if (state != ARCHIVE_HOLDS)
        say(v, a, a->first, archive_state_reason(state), a->file);
    return 0;
}

int archives_verify(const struct service *svc, struct pg *pg, struct arena *a, const char *ledger,
                    const char *district, const struct archives_listener *listener)
{
    struct verify v = {.svc = svc, .listener = listener};
    struct tx *tx = tx_begin(pg, TX_SNAPSHOT, a);
    int r = archived_read(tx, ledger, district, &v.list, &v.n);

    if (r == 0)
        r = check_records(&v, tx);
    tx_rollback(tx);
    for (size_t i = 0; r == 0 && i < v.n; i++)
        r = check_file(&v, &v.list[i]);
    return r;
}
