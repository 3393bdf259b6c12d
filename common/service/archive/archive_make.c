/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/archive/archive_make.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/db/ledger_copy.h"

#include "common/base/banned.h"

enum { WAIT_MS = 1000 };

int making_fail(struct making *m, int r, const struct errtext *e)
{
    if (!tx_failed(r) || r == TX_E_CONSTRAINT || r == TX_E_UNIQUE)
        *work_error(m->work) = *e;
    return r;
}

bool making_tell(struct making *m, int64_t more)
{
    work_progress(m->work, m->phase, m->done + more, m->total);
    return work_cancelled(m->work);
}

/* Leave the machine to the commands for as long as @us, if some came. */
static void stand_back(struct making *m, int64_t us)
{
    uint64_t n = __atomic_load_n(&work_service(m->work)->n_commands, __ATOMIC_RELAXED);

    if (n != m->n_commands)
        work_pause(m->work, us / 1000 + 1);
    m->n_commands = n;
}

/* ---- reading it again ---- */

static bool judge_step(void *arg, int64_t rows)
{
    return making_tell(arg, rows);
}

static int judge(struct making *m, const struct archive_want *want, const char *path,
                 enum archive_state *ret_state, uint8_t ret_sha256[DIGEST_SIZE])
{
    const struct archive_step step = {judge_step, m};

    return archive_judge(path, want, &step, ret_state, ret_sha256);
}

/* ---- writing ---- */

static int copy_rows(struct making *m, const struct ledger *ledger, const char *month,
                     const struct archive_want *want, struct archive_draft *d)
{
    struct archive_head *head = arena_new_one(work_arena(m->work), struct archive_head);
    CLEANUP(ledger_copy_free) struct ledger_copy *copy = NULL;
    struct errtext e = {0};
    int r = 0;

    head->chain = want->chain;
    head->first = want->first;
    head->last = want->last;
    snprintf(head->month, sizeof(head->month), "%s", month);
    memcpy(head->previous, want->previous, sizeof(head->previous));
    copy = ledger_copy_new(ledger, head, d->f);
    while (r == 0) {
        int64_t began_us = monotonic_now_us();
        struct pg *pg = work_pg(m->work);

        r = pg ? ledger_copy_page(copy, pg, &e) : TX_E_LOST;
        if (r == 0)
            stand_back(m, monotonic_now_us() - began_us);
        if (r == 0 && making_tell(m, ledger_copy_at(copy) - want->first + 1))
            return WORK_STOPPED;
    }
    if (r == LEDGER_COPY_DONE)
        return 0;
    if (r < 0)
        errtext_set(&e, "%s: %s", d->final, strerror(-r));
    return making_fail(m, r == LEDGER_COPY_E_ROW ? err_raise(-EBADMSG) : r, &e);
}

/* Another process may be at it: then wait. */
static int open_draft(struct making *m, struct archive_draft *d, const char *path)
{
    struct errtext e = {0};
    int r;

    while ((r = archive_draft_open(d, path, &e)) == ARCHIVE_E_BUSY) {
        if (making_tell(m, 0))
            return WORK_STOPPED;
        work_pause(m->work, WAIT_MS);
    }
    return r ? making_fail(m, r, &e) : 0;
}

static int write_file(struct making *m, const struct ledger *ledger, const char *month,
                      const struct archive_want *want, const char *path)
{
    struct errtext e = {0};
    struct archive_draft d;
    int r = open_draft(m, &d, path);

    if (r)
        return r;
    r = copy_rows(m, ledger, month, want, &d);
    if (r) {
        archive_draft_drop(&d);
        return r;
    }
    r = archive_draft_keep(&d, &e);
    return r ? making_fail(m, r, &e) : 0;
}

static int bad_file(struct making *m, const char *month, const char *path, enum archive_state state)
{
    if (*month)
        errtext_set(work_error(m->work),
                    "%s is there and is not this month's archive (%s): look at it and move it away",
                    path, archive_state_reason(state));
    else
        errtext_set(work_error(m->work), "%s is there already and is something else", path);
    return err_raise(-EEXIST);
}

int making_file(struct making *m, const struct ledger *ledger, const char *month,
                const struct archive_want *want, const char *file, uint8_t ret_sha256[DIGEST_SIZE])
{
    int64_t rows = want->last - want->first + 1;
    char path[ARCHIVE_PATH];
    enum archive_state state;
    int r;

    archive_path(work_service(m->work), file, path);
    r = judge(m, want, path, &state, ret_sha256);
    if (r == 0 && state == ARCHIVE_ABSENT) {
        r = write_file(m, ledger, month, want, path);
        m->done += r ? 0 : rows;
        r = r ? r : judge(m, want, path, &state, ret_sha256);
        m->done -= r ? 0 : rows;
    }
    if (r == 0 && state != ARCHIVE_HOLDS)
        r = bad_file(m, month, path, state);
    if (r)
        return r;
    m->done += 2 * rows;
    return 0;
}
