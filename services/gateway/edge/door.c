/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/door.h"

#include <string.h>
#include <strings.h>

#include "common/base/digest.h"
#include "gateway_sql.h"
#include "services/gateway/edge/actor.h"
#include "services/gateway/edge/answer.h"

#include "common/base/banned.h"

enum { SLOTS = 1024 };
#define BELIEVED_US (5 * SECOND_US)
#define TOUCH_US (60 * SECOND_US)

struct entry {
    char token_sha256[SHA256_HEX];
    struct arena *arena;
    Hp__Actor *actor;
    int64_t read_us; /* monotonic */
};

struct door {
    struct edge *edge;
    struct entry slots[SLOTS]; /* by the first bytes of the hash; a newcomer takes the place */
    unsigned generation;       /* rises with each forgetting */
};

enum found { FOUND, FOUND_NONE, FOUND_AWAY };
/* A session looked up on a worker. */
struct session {
    struct job job;
    char token_sha256[SHA256_HEX];
    const char *city;
    int64_t idle_us;
    bool is_used;        /* the look-up is a use of the session, which puts off its end */
    struct arena *arena; /* of the actor */
    enum found found;
    Hp__Actor *actor;
};

struct lookup {
    struct session session; /* its arena goes into the cache */
    struct call *call;
    struct door *door;
    unsigned generation;
};

struct second_look {
    struct session session;
    door_look_fn *fn;
    void *arg;
};

int door_new(struct edge *edge, struct door **ret_door)
{
    struct door *door = calloc(1, sizeof(*door));

    CHECK(door);
    door->edge = edge;
    *ret_door = door;
    return 0;
}

void door_free(struct door *door)
{
    if (!door)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        arena_free(door->slots[i].arena);
    free(door);
}

void door_forget(struct door *door, const char *account)
{
    door->generation++;
    for (size_t i = 0; i < SLOTS; i++) {
        struct entry *entry = &door->slots[i];

        if (entry->arena && strcmp(entry->actor->account, account) == 0) {
            arena_free(entry->arena);
            *entry = (struct entry){0};
        }
    }
}

void token_hash(const char *token, char ret_hash[SHA256_HEX])
{
    uint8_t value[DIGEST_SIZE];

    digest_once(DIGEST_SHA256, token, strlen(token), value);
    hex_format(value, DIGEST_SIZE, ret_hash);
}

static struct entry *slot_of(struct door *door, const char *token_sha256)
{
    uint8_t head[2] = {0};

    if (hex_parse((char[]){token_sha256[0], token_sha256[1], token_sha256[2], token_sha256[3], 0},
                  head, 2))
        return &door->slots[0];
    return &door->slots[(head[0] << 8 | head[1]) % SLOTS];
}

/* ---- on a worker ---- */

static Hp__Actor *actor_from_rows(struct arena *a, const struct rows *rows)
{
    Hp__Actor *actor = arena_new_one(a, Hp__Actor);

    hp__actor__init(actor);
    actor->account = arena_strdup(a, rows_text(rows, 0, "account"));
    actor->bindings = arena_new_array(a, Hp__Binding *, rows_count(rows));
    for (size_t i = 0; i < rows_count(rows) && !rows_null(rows, i, "role"); i++) {
        Hp__Binding *b = arena_new_one(a, Hp__Binding);

        hp__binding__init(b);
        b->role = arena_strdup(a, rows_text(rows, i, "role"));
        b->region = arena_strdup(a, rows_text(rows, i, "region"));
        b->subject = arena_strdup(a, rows_text(rows, i, "subject"));
        actor->bindings[actor->n_bindings++] = b;
    }
    return actor;
}

/* The session in the database and whether it still counts. Its use is written back once a minute,
 * or twice in an idle time that is shorter. */
static enum found read_session(struct session *l, struct pg *pg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, a);
    const char *hash = l->token_sha256;
    int64_t now = wall_now_us(), seen, touch_us = l->idle_us / 2;
    struct rows *rows;

    if (sql_query(tx, &sql_session_get, &rows, T(l->city), T(hash))) {
        tx_rollback(tx);
        return FOUND_AWAY;
    }
    if (!rows_count(rows) || rows_at(rows, 0, "expires_at") <= now ||
        rows_at(rows, 0, "seen_at") + l->idle_us <= now) {
        tx_rollback(tx);
        return FOUND_NONE;
    }
    l->actor = actor_from_rows(l->arena, rows);
    seen = rows_at(rows, 0, "seen_at");
    if (!l->is_used || now - seen < (touch_us < TOUCH_US ? touch_us : TOUCH_US)) {
        tx_rollback(tx);
        return FOUND;
    }
    sql_exec(tx, &sql_session_touch, T(l->city), T(hash), AT(now));
    return tx_commit(tx, NULL) ? FOUND_AWAY : FOUND;
}

static void session_run(struct job *job, void *worker)
{
    struct session *session = container_of(job, struct session, job);
    struct pg *pg = service_job_pg(worker);

    session->found = pg ? read_session(session, pg) : FOUND_AWAY;
}

/* ---- on the loop ---- */

static void keep(struct lookup *l)
{
    struct entry *entry = slot_of(l->door, l->session.token_sha256);

    arena_free(entry->arena);
    *entry = (struct entry){
        .arena = TAKE(l->session.arena), .actor = l->session.actor, .read_us = monotonic_now_us()};
    memcpy(entry->token_sha256, l->session.token_sha256, SHA256_HEX);
}

/* A session that is no more: with Authorization the client means it; a stale cookie only makes him
 * the public. */
static void not_found(struct call *call)
{
    bool by_cookie = call->visitor->by_cookie;

    call->visitor = NULL;
    if (by_cookie)
        call->then(call);
    else
        call_refuse0(call, reason_session_ended);
}

static void lookup_done(struct job *job)
{
    struct lookup *l = container_of(job, struct lookup, session.job);
    struct call *call = l->call;
    enum found found = l->session.found;

    if (found == FOUND) {
        call->visitor->actor = actor_copy(call->a, l->session.actor);
        if (l->generation == l->door->generation)
            keep(l);
    }
    arena_free(l->session.arena);
    free(l);
    if (found == FOUND)
        call->then(call);
    else if (found == FOUND_NONE)
        not_found(call);
    else
        call_refuse0(call, reason_unavailable);
}

static struct session session_of(struct door *door, const char *token_sha256, bool is_used,
                                 void (*done)(struct job *job))
{
    struct session session = {
        .job = {.run = session_run, .done = done},
        .city = service_city(door->edge->svc),
        .idle_us = door->edge->g->session_idle_ms * 1000,
        .is_used = is_used,
        .arena = arena_new(),
    };

    memcpy(session.token_sha256, token_sha256, SHA256_HEX);
    return session;
}

static void look_up(struct call *call)
{
    struct door *door = call->edge->door;
    struct lookup *l = calloc(1, sizeof(*l));

    CHECK(l);
    l->session = session_of(door, call->visitor->token_sha256, true, lookup_done);
    l->call = call;
    l->door = door;
    l->generation = door->generation;
    if (service_job(call->edge->svc, &l->session.job)) {
        arena_free(l->session.arena);
        free(l);
        call_refuse0(call, reason_busy);
    }
}

static void second_look_done(struct job *job)
{
    struct second_look *l = container_of(job, struct second_look, session.job);
    static const enum door_look looks[] = {
        [FOUND] = DOOR_OPEN, [FOUND_NONE] = DOOR_CLOSED, [FOUND_AWAY] = DOOR_UNSEEN};

    l->fn(looks[l->session.found], l->session.actor, l->arg);
    arena_free(l->session.arena);
    free(l);
}

int door_look_again(struct door *door, const char *token_sha256, door_look_fn *fn, void *arg)
{
    struct second_look *l = calloc(1, sizeof(*l));

    CHECK(l);
    l->session = session_of(door, token_sha256, false, second_look_done);
    l->fn = fn;
    l->arg = arg;
    if (service_job(door->edge->svc, &l->session.job) == 0)
        return 0;
    arena_free(l->session.arena);
    free(l);
    return DOOR_E_BUSY;
}

static const char *token_of(struct call *call, bool *ret_by_cookie)
{
    const char *header = http_header(call->req, "Authorization");

    *ret_by_cookie = false;
    if (header && strncasecmp(header, "Bearer ", 7) == 0)
        return header + 7 + strspn(header + 7, " ");
    *ret_by_cookie = true;
    return http_cookie(call->req, "hongping_session");
}

void door_identify(struct call *call)
{
    bool by_cookie;
    const char *token = token_of(call, &by_cookie);
    struct entry *entry;

    if (!token) {
        call->then(call);
        return;
    }
    call->visitor = arena_new_one(call->a, struct visitor);
    call->visitor->by_cookie = by_cookie;
    token_hash(token, call->visitor->token_sha256);
    entry = slot_of(call->edge->door, call->visitor->token_sha256);
    if (entry->arena && strcmp(entry->token_sha256, call->visitor->token_sha256) == 0 &&
        monotonic_now_us() - entry->read_us < BELIEVED_US) {
        call->visitor->actor = actor_copy(call->a, entry->actor);
        call->then(call);
        return;
    }
    look_up(call);
}
