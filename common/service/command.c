/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands on a worker. Those that waited together in a lane share one transaction: each is a step of
 * it that can be undone alone, a refusal undoes its own. Whatever else goes wrong undoes all of them,
 * and they are carried out one by one. The transaction claims the message ids, changes state, appends
 * events and stores the replies; round trips: the handlers' own, and one for appending and commit.
 */
#include "common/service/command.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/aftermath.h"
#include "common/service/control.h"
#include "common/service/handling.h"
#include "common/service/lane.h"
#include "common/service/task.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { AWAY_WAIT_MS = 2000, NO_DEADLINE_MS = 10000, REPLY_ROOM = 1024, LOSSES = 4 };
#define LOCK_TIMEOUT "55P03"
/* What an attempt ends with besides 0, MSG_*, TX_E_* and negative ones. */
enum {
    EXPIRED = 3001,
    UNSAVED, /* one was refused after it had written, and steps are not saved */
};
/* So many batches of a worker keep savepoints after one that would have needed them. */
enum { SAVED_BATCHES = 64 };
enum { DIGEST_PASSES = 2, DIGEST_MEMORY = 19 * 1024 * 1024 }; /* OWASP's least for argon2id */

/* One go at one message. */
struct attempt {
    struct handling run;
    struct task *t;
    struct pg *pg;
    uint8_t digest[DIGEST_SIZE];
    bool answered; /* from the log */
    struct lane_turn
        *turn; /* all of which this is; NULL: a query, or one of several gone over again */
};

static bool is_control(const struct task *t)
{
    for (const struct route *r = control_routes; r->kind; r++)
        if (t->route == r)
            return true;
    return false;
}

static const char *account_of(const struct task *t)
{
    return t->env->actor ? t->env->actor->account : "";
}

static bool holds_password(const ProtobufCMessageDescriptor *d)
{
    for (unsigned i = 0; i < d->n_fields; i++)
        if (strstr(d->fields[i].name, "password"))
            return true;
    return false;
}

/*
 * The digest is kept with the log. Of a message that holds a password, everything else can be
 * guessed, and SHA-256 is fast: whoever reads the table could try passwords by the billion. So it
 * is made as slow to try as the stored hash itself; the message's id is the salt, and the same
 * request still gives the same digest.
 */
static void slow_digest(const struct task *t, uint8_t value[DIGEST_SIZE])
{
    _Static_assert(sizeof(t->id.bytes) == crypto_pwhash_argon2id_SALTBYTES, "an id is a salt");
    uint8_t fast[DIGEST_SIZE];

    memcpy(fast, value, sizeof(fast));
    if (crypto_pwhash_argon2id(value, DIGEST_SIZE, (const char *)fast, sizeof(fast), t->id.bytes,
                               DIGEST_PASSES, DIGEST_MEMORY, crypto_pwhash_argon2id_ALG_ARGON2ID13))
        abort(); /* out of memory */
}

/* What makes two requests the same: everything but the times, the trace and the roles held at the
 * moment. */
static void request_digest(const struct task *t, uint8_t ret_value[DIGEST_SIZE])
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    const Hp__Envelope *env = t->env;

    digest_add_field(d, env->type, strlen(env->type));
    digest_add_field(d, env->district, strlen(env->district));
    digest_add_field(d, account_of(t), strlen(account_of(t)));
    digest_add_field(d, env->payload.len ? env->payload.data : (const uint8_t *)"",
                     env->payload.len);
    digest_finish(d, ret_value);
    if (holds_password(t->route->message))
        slow_digest(t, ret_value);
}

static bool is_allowed(const struct attempt *at)
{
    const Hp__Actor *actor = at->t->env->actor;
    size_t n = actor ? actor->n_bindings : 0;
    const char **roles, **regions;

    if (is_control(at->t))
        return true;
    if (!at->t->api)
        return false;
    roles = arena_new_array(at->run.c.arena, const char *, n + 1);
    regions = arena_new_array(at->run.c.arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        roles[i] = actor->bindings[i]->role;
        regions[i] = actor->bindings[i]->region;
    }
    return api_allows(at->t->api, at->t->env->district, roles, regions, n);
}

/* Deadline, authorisation, form; then the handler. */
static int carry_out(struct attempt *at)
{
    struct ctx *c = &at->run.c;
    const Hp__Envelope *env = at->t->env;
    const ProtobufCMessage *request;
    const char *fault;
    int r;

    if (task_expired(at->t))
        return EXPIRED;
    if (!is_allowed(at))
        return refuse(c, reason_forbidden, NULL, NULL);
    request = protobuf_c_message_unpack(at->t->route->message, arena_pb(c->arena), env->payload.len,
                                        env->payload.data);
    if (!request)
        return refuse(c, reason_message_malformed, NULL, NULL);
    fault = bus_text_fault(c->arena, request);
    if (fault)
        return refuse(c, reason_message_malformed, fault, NULL);
    c->request = request;
    r = at->t->route->fn(c);
    return handling_outcome(&at->run, r);
}

static void attempt_init(struct attempt *at, struct task *t, struct pg *pg, struct tx *tx,
                         struct arena *a, struct lane_turn *turn)
{
    *at = (struct attempt){.t = t, .pg = pg, .turn = turn};
    t->stored = (struct bytes){0};
    hp__reply__init(&t->reply);
    t->reply.message_id = t->env->message_id;
    handling_init(&at->run, t->svc, tx, a, &t->id, t->env->district);
    at->run.c.actor = t->env->actor;
    at->run.c.account = account_of(t);
    at->run.trace_id = t->env->trace_id;
}

/* Nothing was done, says the answer. */
static void answer_with(struct task *t, Hp__Reply__Status status)
{
    t->stored = (struct bytes){0};
    hp__reply__init(&t->reply);
    t->reply.message_id = t->env->message_id;
    task_status(t, status);
}

/* -EMSGSIZE: longer than a frame may be, so that it could never be sent; nothing is committed then. */
static int fill_reply(struct attempt *at, bool done)
{
    Hp__Reply *reply = &at->t->reply;
    struct handling *run = &at->run;

    reply->status = done ? HP__REPLY__STATUS__DONE : HP__REPLY__STATUS__REFUSED;
    if (!done) {
        reply->code = (char *)reason_row(run->reason)->code;
        reply->field = (char *)run->field;
        reply->args = run->args;
        reply->n_args = run->n_args;
    } else if (run->payload_type) {
        reply->has_payload = true;
        reply->payload = (ProtobufCBinaryData){run->payload.size, (uint8_t *)run->payload.data};
        reply->type = (char *)run->payload_type;
    }
    if (hp__reply__get_packed_size(reply) > BUS_MAX_MESSAGE - REPLY_ROOM)
        return err_raise(-EMSGSIZE);
    /* packed at once: what it points to ends with this attempt */
    at->t->stored = bus_pack(at->t->arena, &reply->base);
    return 0;
}

static void append_log(struct attempt *at, struct tx *tx, bool done)
{
    const struct task *t = at->t;
    const char *account = account_of(t);

    ledger_append(tx, &frame_log, t->env->district, U(&t->id), T(t->env->type), AT(at->run.c.now),
                  T(*account ? account : NULL), T(t->env->trace_id),
                  BY(at->digest, sizeof(at->digest)), T(done ? "done" : "refused"),
                  T(t->reply.code), T(t->reply.field), T(at->run.note),
                  BY(t->stored.data, t->stored.size));
}

static void broken(const struct attempt *at, int r, const struct errtext *e)
{
    log_line(LOG_ERROR, "message failed", "type", at->t->env->type, "message", at->t->id_text,
             "error", handling_error(&at->run, r, e), NULL);
    answer_with(at->t, HP__REPLY__STATUS__BROKEN);
}

static void give_up(struct task *t, const char *why)
{
    log_line(LOG_WARN, "message put off", "type", t->env->type, "message", t->id_text, "why", why,
             NULL);
    answer_with(t, HP__REPLY__STATUS__UNAVAILABLE);
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
        answer_with(t, HP__REPLY__STATUS__BROKEN);
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
        r = carry_out(at);
    if (r == 0 || r == MSG_REFUSED) {
        int too_long = fill_reply(at, r == 0);

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

/* What @r, the end of an attempt, means when it is not run again. */
static void settle(struct attempt *at, int r, const struct errtext *e)
{
    struct task *t = at->t;

    switch (r) {
    case EXPIRED: /* what was sent over a connection that broke may still be done */
        if (t->was_lost)
            give_up(t, "connection lost");
        else
            answer_with(t, HP__REPLY__STATUS__EXPIRED);
        return;
    case MSG_LATER:
    case TX_E_COLLISION:
        give_up(t, "too many collisions");
        return;
    case TX_E_MACHINE:
        log_line(LOG_ERROR, "database cannot", "error", e->text, "sqlstate", e->sqlstate, NULL);
        give_up(t, "database cannot");
        return;
    case TX_E_LOST:
        give_up(t, "connection lost");
        return;
    default:
        broken(at, r, e);
        if (t->was_lost)
            give_up(t, "connection lost");
    }
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

static bool has_time(const struct task *t)
{
    return task_left_us(t, NO_DEADLINE_MS) > 0;
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
        struct attempt at = {.t = t, .pg = worker_pg(w, w->away ? 0 : AWAY_WAIT_MS), .turn = turn};
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct errtext e = {0};
        bool looked = look || t->was_lost || t->may_be_old;
        int r;

        if (!at.pg) {
            give_up(t, "database away");
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
        /* a lost connection says nothing about the commit: the next attempt looks in the log first */
        if (r == TX_E_LOST && ++losses < LOSSES && has_time(t))
            continue;
        if (!handling_again(t->svc, r, &e, &tries) || !has_time(t)) {
            int unseen = !looked && denies(r) ? look_again(&at, a) : 0;

            if (!at.answered)
                settle(&at, unseen ? unseen : r, &e);
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
    r = carry_out(at);
    if (r == EXPIRED && at->t->may_be_old && !at->t->was_lost) {
        answer_with(at->t, HP__REPLY__STATUS__EXPIRED);
        return 0;
    }
    if (r != 0 && (r != MSG_REFUSED || overlaps(at->turn)))
        return r;
    if (r == MSG_REFUSED) {
        if (!tx_step_back(tx))
            return UNSAVED;
        at->run.timer_at = INSTANT_NONE;
    }
    if (fill_reply(at, r == 0))
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
    struct pg *pg = worker_pg(w, w->away ? 0 : AWAY_WAIT_MS);
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

/* ---- queries ---- */

#define TOO_LONG "57014"

/* It ends in the database, too, when its caller has gone: its worker is for those who still wait. */
static int try_query(struct attempt *at, struct arena *a, struct errtext *e)
{
    struct tx *tx = tx_begin(at->pg, TX_READ_ONLY, a);
    int64_t left_us = task_left_us(at->t, NO_DEADLINE_MS);
    int r;

    sql_exec(tx, &sql_frame_query_limit, I(left_us > 0 ? left_us / 1000 + 1 : 1));
    attempt_init(at, at->t, at->pg, tx, a, NULL);
    r = carry_out(at);
    *e = *tx_error(tx);
    tx_rollback(tx);
    if (r == TX_E_MACHINE && strcmp(e->sqlstate, TOO_LONG) == 0 && !has_time(at->t))
        r = EXPIRED;
    if (r == 0 || r == MSG_REFUSED) {
        int too_long = fill_reply(at, r == 0);

        r = too_long;
    }
    return r;
}

void query_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct worker *w = worker;
    int tries = 0, losses = 0;

    log_trace(t->env->trace_id);
    for (;;) {
        struct attempt at = {.t = t, .pg = worker_pg(w, w->away ? 0 : AWAY_WAIT_MS)};
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct errtext e = {0};
        int r;

        if (!at.pg) {
            give_up(t, "database away");
            break;
        }
        r = try_query(&at, a, &e);
        if (r == 0)
            break;
        if (r == TX_E_LOST && ++losses < LOSSES && has_time(t))
            continue;
        if (!handling_again(t->svc, r, &e, &tries) || !has_time(t)) {
            settle(&at, r, &e);
            break;
        }
    }
    log_trace(NULL);
}
