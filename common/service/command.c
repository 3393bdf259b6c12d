/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command on a worker: one transaction that claims the message id, changes state, appends events
 * and stores the reply. Round trips: look up the id (with the BEGIN), the handler's own, lock the
 * heads, append and commit.
 */
#include <sodium.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/frame.h"
#include "common/base/banned.h"

enum { AWAY_WAIT_MS = 2000, NO_DEADLINE_MS = 10000, EXPIRED = 2001 };
enum { DIGEST_PASSES = 2, DIGEST_MEMORY = 19 * 1024 * 1024 }; /* OWASP's least for argon2id */

/* One go at one message. */
struct attempt {
    struct run run;
    struct task *t;
    struct pg *pg;
    uint8_t digest[DIGEST_SIZE];
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
    return r == 0 ? at->run.failed : r;
}

static void fill_reply(struct attempt *at, bool done)
{
    Hp__Reply *reply = &at->t->reply;
    struct run *run = &at->run;

    hp__reply__init(reply);
    reply->message_id = at->t->env->message_id;
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
    /* packed at once: what it points to ends with this attempt */
    at->t->stored = bus_pack(at->t->arena, &reply->base);
}

static void append_log(struct attempt *at, struct tx *tx, bool done)
{
    const struct task *t = at->t;
    const char *account = account_of(t);

    ledger_append(tx, &frame_log, t->env->district, T(t->id_text), T(t->env->type),
                  AT(at->run.c.now), T(*account ? account : NULL), T(t->env->trace_id),
                  BY(at->digest, sizeof(at->digest)), T(done ? "done" : "refused"),
                  T(t->reply.code), T(t->reply.field), T(at->run.note),
                  BY(t->stored.data, t->stored.size));
}

static int broken(struct attempt *at, int r, const struct errtext *e)
{
    log_line(LOG_ERROR, "message failed", "type", at->t->env->type, "message", at->t->id_text,
             "error", run_error(&at->run, r, e), NULL);
    at->t->stored = (struct bytes){0};
    hp__reply__init(&at->t->reply);
    at->t->reply.message_id = at->t->env->message_id;
    task_status(at->t, HP__REPLY__STATUS__BROKEN);
    return 0;
}

/* Commit @tx. 0: the task has its outcome; TX_E_RETRY, TX_E_LOST: run it all again. */
static int commit(struct attempt *at, struct tx *tx)
{
    struct errtext e = {0};
    int r = tx_commit(tx, &e);

    if (r == 0) {
        aftermath_note(&at->t->after, at->pg, at->run.timers, at->t->arena);
        return 0;
    }
    if (r == TX_E_RETRY || r == TX_E_LOST)
        return r;
    return broken(at, r, &e);
}

/* What @r, the outcome of a statement or the handler, means for the message. Ends @tx. */
static int settle(struct attempt *at, struct tx *tx, int r)
{
    struct errtext e;

    if (r == 0) {
        fill_reply(at, true);
        append_log(at, tx, true);
        return commit(at, tx);
    }
    e = *tx_error(tx);
    tx_rollback(tx);
    switch (r) {
    case MSG_REFUSED:
        at->run.timers = false;
        fill_reply(at, false);
        tx = tx_begin(at->pg, TX_WRITE, at->run.c.arena);
        append_log(at, tx, false);
        return commit(at, tx);
    case EXPIRED:
        task_status(at->t, HP__REPLY__STATUS__EXPIRED);
        return 0;
    case TX_E_RETRY:
    case MSG_LATER:
        return TX_E_RETRY;
    case TX_E_LOST:
        return TX_E_LOST;
    default:
        return broken(at, r, &e);
    }
}

/* The id is in the log: the same request gets its reply again, another one is refused. */
static void answer_from_log(struct attempt *at, const struct rows *rows)
{
    struct task *t = at->t;
    struct bytes digest = rows_bytes(rows, 0, "request_digest"),
                 reply = rows_bytes(rows, 0, "reply");
    const Hp__Reply *old;

    if (digest.size != DIGEST_SIZE || memcmp(digest.data, at->digest, DIGEST_SIZE) != 0) {
        task_refuse(t, reason_message_reused, "message_id", NULL);
        return;
    }
    t->stored = (struct bytes){arena_memdup(t->arena, reply.data, reply.size), reply.size};
    old = hp__reply__unpack(arena_pb(t->arena), reply.size, t->stored.data);
    CHECK(old);
    task_status(t, old->status);
}

static int try_command(struct attempt *at, struct arena *a)
{
    struct task *t = at->t;
    struct tx *tx = tx_begin(at->pg, TX_WRITE, a);
    struct rows *rows;
    int r;

    run_init(&at->run, t->svc, tx, a, &t->id, t->env->district);
    at->run.c.actor = t->env->actor;
    at->run.c.account = account_of(t);
    at->run.trace_id = t->env->trace_id;
    request_digest(t, at->digest);
    r = sql_query(tx, &sql_frame_log_find, &rows, T(t->env->district), T(t->id_text));
    if (r)
        return settle(at, tx, r);
    if (rows_count(rows)) {
        answer_from_log(at, rows);
        tx_rollback(tx);
        return 0;
    }
    return settle(at, tx, carry_out(at));
}

static int try_query(struct attempt *at, struct arena *a)
{
    struct task *t = at->t;
    struct tx *tx = tx_begin(at->pg, TX_READ_ONLY, a);
    struct errtext e;
    int r;

    run_init(&at->run, t->svc, tx, a, &t->id, t->env->district);
    at->run.c.actor = t->env->actor;
    at->run.c.account = account_of(t);
    at->run.trace_id = t->env->trace_id;
    r = carry_out(at);
    e = *tx_error(tx);
    tx_rollback(tx);
    if (r == 0 || r == MSG_REFUSED) {
        fill_reply(at, r == 0);
        return 0;
    }
    if (r == EXPIRED) {
        task_status(t, HP__REPLY__STATUS__EXPIRED);
        return 0;
    }
    if (r == MSG_LATER)
        return TX_E_RETRY;
    return r == TX_E_RETRY || r == TX_E_LOST ? r : broken(at, r, &e);
}

static void give_up(struct task *t, const char *why)
{
    log_line(LOG_WARN, "message put off", "type", t->env->type, "message", t->id_text, "why", why,
             NULL);
    t->stored = (struct bytes){0};
    hp__reply__init(&t->reply);
    t->reply.message_id = t->env->message_id;
    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
}

void command_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct worker *w = worker;
    int tries = 0, r;

    log_trace(t->env->trace_id);
    for (;;) {
        /* once an outage is known nobody waits for it in here: the queue would grow behind */
        struct attempt at = {.t = t, .pg = worker_pg(w, w->away ? 0 : AWAY_WAIT_MS)};
        CLEANUP(arena_free) struct arena *a = arena_new();

        t->stored = (struct bytes){0};
        hp__reply__init(&t->reply);
        t->reply.message_id = t->env->message_id;
        if (!at.pg) {
            give_up(t, "database away");
            break;
        }
        r = t->route->kind == ROUTE_QUERY ? try_query(&at, a) : try_command(&at, a);
        if (r == 0)
            break;
        /* a lost connection says nothing about the commit: the next attempt looks in the log first
         */
        if (r == TX_E_LOST && task_left_us(t, NO_DEADLINE_MS) <= 0) {
            give_up(t, "connection lost");
            break;
        }
        if (r == TX_E_RETRY && ++tries >= RUN_TRIES) {
            give_up(t, "too many collisions");
            break;
        }
        if (r == TX_E_RETRY)
            run_collided(t->svc, tries);
    }
    log_trace(NULL);
}
