/* SPDX-License-Identifier: Apache-2.0 */
/* One go at one message: form, authorisation, handler, reply. */
#include "common/service/attempt.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/control.h"
#include "common/service/tell/revision.h"
#include "common/text/fields.h"

#include "common/base/banned.h"

enum { REPLY_ROOM = 1024 };

enum { DIGEST_PASSES = 2, DIGEST_MEMORY = 19 * 1024 * 1024 }; /* OWASP's least for argon2id */

static bool is_control(const struct task *t)
{
    for (const struct route *r = control_routes; r->kind; r++)
        if (t->route == r)
            return true;
    return false;
}

const char *attempt_account(const struct task *t)
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
void request_digest(const struct task *t, uint8_t ret_value[DIGEST_SIZE])
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    const Hp__Envelope *env = t->env;

    digest_add_field(d, env->type, strlen(env->type));
    digest_add_field(d, env->district, strlen(env->district));
    digest_add_field(d, attempt_account(t), strlen(attempt_account(t)));
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

/* Text of a request that the API shows comes from outside; other messages are made by the services of this city themselves. */
static int clean_texts(struct attempt *at, ProtobufCMessage *request)
{
    struct ctx *c = &at->run.c;
    struct text_field_fault f;

    if (!at->t->api || !*at->t->api->path || text_fields_clean(c->arena, request, &f) == 0)
        return 0;
    return refuse(c, reason_text_character, f.field, f.fault.character,
                  arena_printf(c->arena, "%zu", f.fault.place), NULL);
}

/* Deadline, authorisation, form; then the handler. */
int attempt_carry_out(struct attempt *at)
{
    struct ctx *c = &at->run.c;
    const Hp__Envelope *env = at->t->env;
    ProtobufCMessage *request;
    const char *fault;
    int r;

    if (task_expired(at->t))
        return ATTEMPT_EXPIRED;
    if (!is_allowed(at))
        return refuse(c, reason_forbidden, NULL, NULL);
    request = protobuf_c_message_unpack(at->t->route->message, arena_pb(c->arena), env->payload.len,
                                        env->payload.data);
    if (!request)
        return refuse(c, reason_message_malformed, NULL, NULL);
    fault = bus_text_fault(c->arena, request);
    if (fault)
        return refuse(c, reason_message_malformed, fault, NULL);
    r = clean_texts(at, request);
    if (r)
        return r;
    c->request = request;
    if (env->has_expect && at->t->api)
        r = revision_expect(c, at->t->api, env->expect);
    if (r == 0)
        r = at->t->route->fn(c);
    if (r == 0 && at->t->api && at->t->api->kind == API_QUERY)
        r = revision_read(c, at->t->api, &at->rev);
    return handling_outcome(&at->run, r);
}

void attempt_init(struct attempt *at, struct task *t, struct pg *pg, struct tx *tx, struct arena *a,
                  struct lane_turn *turn)
{
    *at = (struct attempt){.t = t, .pg = pg, .turn = turn, .rev = -1};
    t->stored = (struct bytes){0};
    hp__reply__init(&t->reply);
    t->reply.message_id = t->env->message_id;
    handling_init(&at->run, t->svc, tx, a, &t->id, t->env->district);
    at->run.c.actor = t->env->actor;
    at->run.c.account = attempt_account(t);
    at->run.trace_id = t->env->trace_id;
}

/* Nothing was done, says the answer. */
void attempt_deny(struct task *t, Hp__Reply__Status status)
{
    t->stored = (struct bytes){0};
    hp__reply__init(&t->reply);
    t->reply.message_id = t->env->message_id;
    task_status(t, status);
}

static Hp__Fault *fault_of(struct arena *a, const struct refusal *refusal)
{
    Hp__Fault *f = arena_new_one(a, Hp__Fault);

    hp__fault__init(f);
    f->code = (char *)reason_row(refusal->reason)->code;
    f->field = (char *)refusal->field;
    f->args = refusal->args;
    f->n_args = refusal->n_args;
    return f;
}

/* The first fault leads; the others that were noted, and what was refused after them, stand beside it. */
static void fill_refusal(struct attempt *at, Hp__Reply *reply)
{
    struct handling *run = &at->run;
    const struct refusal *lead = handling_refusal(run);

    reply->code = (char *)reason_row(lead->reason)->code;
    reply->field = (char *)lead->field;
    reply->args = lead->args;
    reply->n_args = lead->n_args;
    if (!run->n_noted)
        return;
    reply->more = arena_new_array(at->t->arena, Hp__Fault *, run->n_noted);
    for (size_t i = 1; i < run->n_noted; i++)
        reply->more[reply->n_more++] = fault_of(at->t->arena, &run->noted[i]);
    if (run->refusal.reason)
        reply->more[reply->n_more++] = fault_of(at->t->arena, &run->refusal);
}

/* -EMSGSIZE: longer than a frame may be, so that it could never be sent; nothing is committed then. */
int attempt_fill_reply(struct attempt *at, bool done)
{
    Hp__Reply *reply = &at->t->reply;
    struct handling *run = &at->run;

    reply->status = done ? HP__REPLY__STATUS__DONE : HP__REPLY__STATUS__REFUSED;
    reply->has_rev = done && at->rev >= 0;
    reply->rev = at->rev;
    if (!done) {
        fill_refusal(at, reply);
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

static void broken(const struct attempt *at, int r, const struct errtext *e)
{
    log_line(LOG_ERROR, "message failed", "type", at->t->env->type, "message", at->t->id_text,
             "error", handling_error(&at->run, r, e), NULL);
    attempt_deny(at->t, HP__REPLY__STATUS__BROKEN);
}

void attempt_give_up(struct task *t, const char *why)
{
    log_line(LOG_WARN, "message put off", "type", t->env->type, "message", t->id_text, "why", why,
             NULL);
    attempt_deny(t, HP__REPLY__STATUS__UNAVAILABLE);
}

/* What @r, the end of an attempt, means when it is not run again. */
void attempt_settle(struct attempt *at, int r, const struct errtext *e)
{
    struct task *t = at->t;

    switch (r) {
    case ATTEMPT_EXPIRED: /* what was sent over a connection that broke may still be done */
        if (t->was_lost)
            attempt_give_up(t, "connection lost");
        else
            attempt_deny(t, HP__REPLY__STATUS__EXPIRED);
        return;
    case MSG_LATER:
    case TX_E_COLLISION:
        attempt_give_up(t, "too many collisions");
        return;
    case TX_E_MACHINE:
        log_line(LOG_ERROR, "database cannot", "error", e->text, "sqlstate", e->sqlstate, NULL);
        attempt_give_up(t, "database cannot");
        return;
    case TX_E_LOST:
        attempt_give_up(t, "connection lost");
        return;
    default:
        broken(at, r, e);
        if (t->was_lost)
            attempt_give_up(t, "connection lost");
    }
}

bool attempt_has_time(const struct task *t)
{
    return task_left_us(t, ATTEMPT_NO_DEADLINE_MS) > 0;
}
