/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands on a worker. Those that waited together in a lane share one transaction: each is a step of
 * it that can be undone alone, a refusal undoes its own. Whatever else goes wrong undoes all of them,
 * and they are carried out one by one. The transaction claims the message ids, changes state, appends
 * events and stores the replies; round trips: the handlers' own, and one for appending and commit.
 */
#include "common/service/command.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/aftermath.h"
#include "common/service/attempt.h"
#include "common/service/lane.h"

#include "common/base/banned.h"

#define LOCK_TIMEOUT "55P03"
/* What an attempt ends with besides 0, MSG_*, TX_E_*, ATTEMPT_EXPIRED and negative ones: one was refused after it had written, and steps
 * are not saved. */
enum { UNSAVED = 3002 };
/* So many batches of a worker keep savepoints after one that would have needed them. */
enum { SAVED_BATCHES = 64 };

static void append_log(struct attempt *at, struct tx *tx, bool done)
{
    const struct task *t = at->t;
    const char *account = attempt_account(t);

    ledger_append(tx, &frame_log, t->env->district, U(&t->id), T(t->env->type), AT(at->run.c.now),
                  T(*account ? account : NULL), T(t->env->trace_id),
                  BY(at->digest, sizeof(at->digest)), T(done ? "done" : "refused"),
                  T(t->reply.code), T(t->reply.field), T(at->run.note),
                  BY(t->stored.data, t->stored.size));
}

/* ---- what was carried out before ---- */

/* The id is in the log: the same request gets its reply again, another one is refused. */
static void answer_from_log(struct attempt *at, const struct rows *rows, size_t i)
{
    struct task *t = at->t;
    struct bytes digest = rows_bytes(rows, i, "request_digest"),
                 reply = rows_bytes(rows, i, "reply");
    const Hp__Reply *old;

    if (!reply.data) {
        task_refuse(t, reason_message_too_old, "message_id", NULL);
        return;
    }
    if (digest.size != DIGEST_SIZE || memcmp(digest.data, at->digest, DIGEST_SIZE) != 0) {
        task_refuse(t, reason_message_reused, "message_id", NULL);
        return;
    }
    t->stored = (struct bytes){arena_memdup(t->arena, reply.data, reply.size), reply.size};
    old = hp__reply__unpack(arena_pb(t->arena), reply.size, t->stored.data);
    if (!old) { /* a row of the database is input: somebody changed it */
        log_line(LOG_ERROR, "a reply in the log cannot be read", "message", t->id_text, NULL);
        attempt_deny(t, HP__REPLY__STATUS__BROKEN);
        return;
    }
    task_status(t, old->status);
}

/* Of @at's, those that may be old and are in the log are answered. */
static int look_up(struct tx *tx, struct attempt *at, size_t n, bool all)
{
    struct sql_arg ids[LANE_BATCH];
    struct rows *rows;
    size_t n_ids = 0;
    int r;

    for (size_t i = 0; i < n; i++)
        if (all || at[i].t->may_be_old)
            ids[n_ids++] = U(&at[i].t->id);
    if (!n_ids)
        return 0;
    r = sql_query(tx, &sql_frame_log_find, &rows, RA(SQL_UUID, ids, n_ids));
    for (size_t row = 0; r == 0 && row < rows_count(rows); row++) {
        struct uuid id = rows_uuid(rows, row, "id");

        for (size_t i = 0; i < n; i++)
            if (memcmp(&id, &at[i].t->id, sizeof(id)) == 0) {
                answer_from_log(&at[i], rows, row);
                at[i].answered = true;
            }
    }
    return r;
}

/* ---- beside the commit of the turn before ---- */

static struct tx *begin(struct pg *pg, struct arena *a, struct lane_turn *turn)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, a);

    if (turn)
        tx_on_committing(tx, turn_commits, turn);
    return tx;
}

static int commit(struct tx *tx, struct lane_turn *turn, struct errtext *e)
{
    int r = tx_commit(tx, e);

    if (r && turn)
        turn_failed(turn);
    return r;
}

static bool overlaps(const struct lane_turn *turn)
{
    return turn && turn_overlaps(turn);
}

/* ---- one by one ---- */

/* The handler's refusal undid everything: it is stored by itself. */
static int store_refusal(struct attempt *at, struct arena *a, struct errtext *e)
{
    struct tx *tx = tx_begin(at->pg, TX_WRITE, a);

    at->run.timer_at = INSTANT_NONE;
    append_log(at, tx, false);
    return tx_commit(tx, e);
}

static void note_commit(struct attempt *at)
{
    aftermath_note(&at->t->after, at->pg);
    if (at->run.timer_at != INSTANT_NONE)
        aftermath_timer(&at->t->after, at->run.c.district, at->run.timer_at);
}

/* 0: the task has its outcome. Else how the attempt ended, with nothing done (TX_E_LOST: perhaps). */
static int try_command(struct attempt *at, struct arena *a, bool look, struct errtext *e)
{
    struct task *t = at->t;
    struct tx *tx = begin(at->pg, a, at->turn);
    int r;

    attempt_init(at, t, at->pg, tx, a, at->turn);
    request_digest(t, at->digest);
    r = look_up(tx, at, 1, look);
    if (r == 0 && at->answered) {
        tx_rollback(tx);
        return 0;
    }
    if (r == 0)
        r = attempt_carry_out(at);
    if (r == 0 || r == MSG_REFUSED) {
        int too_long = attempt_fill_reply(at, r == 0);

        r = too_long ? too_long : r;
    }
    if (r == 0) {
        append_log(at, tx, true);
        r = commit(tx, at->turn, e);
    } else {
        *e = *tx_error(tx);
        tx_rollback(tx);
        if (r == MSG_REFUSED && !overlaps(at->turn))
            r = store_refusal(at, a, e);
    }
    if (r == 0)
        note_commit(at);
    return r;
}

/* Whether @r becomes an answer that says that nothing was done. It is only true when the log does not know better: another process
 * may have carried the message out, or this one before it was started again. */
static bool denies(int r)
{
    return r != MSG_LATER && r != TX_E_COLLISION && r != TX_E_MACHINE && r != TX_E_LOST;
}

/* A look in the log alone: 0 or why there was none. */
static int look_again(struct attempt *at, struct arena *a)
{
    struct tx *tx = tx_begin(at->pg, TX_READ_ONLY, a);
    int r = look_up(tx, at, 1, true);

    tx_rollback(tx);
    return r;
}

enum run_end {
    OVER,
    HELD,
    BACK
}; /* HELD: it waited for a lock in vain; BACK: nothing was done, the turn overlaps */

static enum run_end run_command(struct task *t, struct worker *w, bool look, struct lane_turn *turn)
{
    int tries = 0, losses = 0;

    for (;;) {
        /* once an outage is known nobody waits for it in here: the queue would grow behind */
        struct attempt at = {
            .t = t, .pg = worker_pg(w, w->away ? 0 : ATTEMPT_AWAY_MS), .turn = turn};
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct errtext e = {0};
        bool looked = look || t->was_lost || t->may_be_old, beside = overlaps(turn);
        int r;

        if (!at.pg) {
            attempt_give_up(t, "database away");
            return OVER;
        }
        r = try_command(&at, a, looked, &e);
        if (r == 0)
            return OVER;
        look = true;
        t->was_lost |= r == TX_E_LOST;
        t->may_be_old |= t->was_lost;
        if (overlaps(turn))
            return BACK;
        if (beside) /* it was its own commit that failed: it is its turn, and it sees what was before */
            continue;
        /* a lost connection says nothing about the commit: the next attempt looks in the log first */
        if (r == TX_E_LOST && ++losses < ATTEMPT_LOSSES && attempt_has_time(t))
            continue;
        if (!handling_again(t->svc, r, &e, &tries) || !attempt_has_time(t)) {
            int unseen = !looked && denies(r) ? look_again(&at, a) : 0;

            if (!at.answered)
                attempt_settle(&at, unseen ? unseen : r, &e);
            return strcmp(e.sqlstate, LOCK_TIMEOUT) == 0 ? HELD : OVER;
        }
    }
}

/* ---- several in one transaction ---- */

/* The step of one command. Not 0: the whole batch is off. */
static int batch_step(struct attempt *at, struct tx *tx)
{
    int r;

    tx_step(tx);
    r = attempt_carry_out(at);
    if (r == ATTEMPT_EXPIRED && at->t->may_be_old && !at->t->was_lost) {
        attempt_deny(at->t, HP__REPLY__STATUS__EXPIRED);
        return 0;
    }
    if (r != 0 && (r != MSG_REFUSED || overlaps(at->turn)))
        return r;
    if (r == MSG_REFUSED) {
        if (!tx_step_back(tx))
            return UNSAVED;
        at->run.timer_at = INSTANT_NONE;
    }
    if (attempt_fill_reply(at, r == 0))
        return err_raise(-EMSGSIZE);
    append_log(at, tx, r == 0);
    return 0;
}

/* All of @tasks in one transaction, or nothing. A savepoint costs a tenth of a command, and few are refused after they wrote: without
 * @saved the one that is costs all another go. */
static int try_batch(struct task *const *tasks, size_t n, struct pg *pg, bool saved,
                     struct lane_turn *turn)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct attempt *at = arena_new_array(a, struct attempt, n);
    struct tx *tx = begin(pg, a, turn);
    int r;

    if (!saved)
        tx_steps_unsaved(tx);
    for (size_t i = 0; i < n; i++) {
        attempt_init(&at[i], tasks[i], pg, tx, a, turn);
        request_digest(tasks[i], at[i].digest);
        tasks[i]->may_be_old |=
            task_expired(tasks[i]); /* what is answered so is looked up before */
    }
    r = look_up(tx, at, n, false);
    for (size_t i = 0; i < n && r == 0; i++) {
        log_trace(tasks[i]->env->trace_id);
        if (!at[i].answered)
            r = batch_step(&at[i], tx);
    }
    log_trace(NULL);
    if (r) {
        tx_rollback(tx);
        return r;
    }
    r = commit(tx, turn, NULL);
    if (r)
        return r;
    aftermath_note(&tasks[0]->after, pg);
    for (size_t i = 0; i < n; i++)
        if (at[i].run.timer_at != INSTANT_NONE)
            aftermath_timer(&tasks[0]->after, at[i].run.c.district, at[i].run.timer_at);
    return 0;
}

/* Once, and with savepoints if it takes them. */
static int run_batch(struct task *const *tasks, size_t n, struct worker *w, struct lane_turn *turn)
{
    struct pg *pg = worker_pg(w, w->away ? 0 : ATTEMPT_AWAY_MS);
    int r = pg ? try_batch(tasks, n, pg, w->saved_batches > 0, turn) : TX_E_LOST;

    if (r == UNSAVED) {
        w->saved_batches = SAVED_BATCHES;
        r = try_batch(tasks, n, pg, true, turn);
    }
    w->saved_batches -= w->saved_batches > 0;
    for (size_t i = 0; i < n && r; i++) {
        tasks[i]->was_lost |= pg && r == TX_E_LOST;
        tasks[i]->may_be_old |= tasks[i]->was_lost;
    }
    return r;
}

size_t commands_run(struct task *const *tasks, size_t n, struct worker *w, struct lane_turn *turn,
                    bool *ret_held)
{
    enum run_end end = OVER;
    size_t done = 0;
    bool look = false;

    if (n > 1) {
        int r = run_batch(tasks, n, w, turn);

        if (r == 0)
            return n;
        if (turn_overlaps(turn))
            return 0;
        look = true;
    }
    while (done < n && end == OVER) {
        log_trace(tasks[done]->env->trace_id);
        end = run_command(tasks[done], w, look, n == 1 ? turn : NULL);
        done += end != BACK;
    }
    log_trace(NULL);
    *ret_held = end == HELD;
    return done;
}
