/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service - the frame every service's main() stands on
 *
 * A service is tables: the commands and queries it answers, the events it hears, its timers, its ledgers,
 * machines and settings. service_main() does the rest, in this order: flags, settings, log, migrations, workers (each opens
 * its connection and prepares all statements), bus, metrics, on_start, run; SIGTERM undoes it backwards.
 *
 * A handler is an ordinary function on a worker thread inside one transaction. It reads and writes through
 * ctx->tx, emits events, sets timers, fills the reply, and returns
 *   0            commit; the reply leaves after the commit
 *   MSG_REFUSED  (by returning refuse(...)): nothing it wrote remains; the refusal is stored under the message id
 *   MSG_LATER    someone was faster or the world is not ready: rolled back and run again, then UNAVAILABLE
 *   negative     our fault: rolled back, logged, BROKEN
 *   TX_E_*       as returned by sql_*: pass them up as they are
 * It may run twice and never sends anything itself.
 */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/base/arena.h"
#include "common/base/calendar.h"
#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/base/str.h"
#include "common/conf/conf.h"
#include "common/db/ledger.h"
#include "common/db/migrate.h"
#include "common/db/tx.h"
#include "common/fsm/fsm.h"
#include "common/loop/loop.h"
#include "common/bus/client.h"
#include "proto/api.h"
#include "proto/reasons.h"

enum { MSG_REFUSED = 1001, MSG_LATER = 1002 };

struct service;

/* What a handler works in. One message, one worker, one transaction. */
struct ctx {
    struct tx *tx;
    struct arena *arena;
    struct service *svc;
    void *state;          /* the service's own, from its spec; read-only after start */
    const char *district; /* the message's */
    int64_t now; /* business time when it began; for an event, not before the instant it was said */
    struct uuid
        id; /* of the message, event or timer; a thing created by a command takes it as its own id */
    const char *id_text;    /* the same as text */
    const Hp__Actor *actor; /* commands and queries; NULL: the public. Events and timers: NULL */
    const char *account;    /* the actor's account, "" for none */
    const void *request;    /* the unpacked command, query or event */
    /* events only */
    const Hp__Event *event; /* where it came from: at, position, district, account */
    const char *source;     /* the service that said it */
    size_t
        n_events; /* of a HEAR_BATCH handler: the events and their messages, each unpacked as its own type, in order */
    const Hp__Event *const *events;
    const void *const *requests;
    /* timers only */
    const char *timer_key;
    int64_t timer_due_at;
};

typedef int handler_fn(struct ctx *c);

/* ---- answering ---- */

/* The reply's payload; copied. Its type is the message's own name. */
void reply_with(struct ctx *c, const ProtobufCMessage *message);
/* Refuse: a reason of proto/reasons/, the field it is about (NULL: the whole), values for its sentence, ended by NULL. Returns MSG_REFUSED. */
int refuse(struct ctx *c, enum reason reason, const char *field, ...)
    __attribute__((sentinel)) MUST_CHECK;
/*
 * All faults of a request at once. fault_note() takes the refusal of a check aside, so that the next one is made too: it returns 0
 * for MSG_REFUSED and everything else as it is. faults_refuse() ends the checks: MSG_REFUSED when something was taken aside, else 0.
 * The first fault leads the answer, the others stand in Reply.more; so does a refusal that is returned after some were noted.
 *
 *     r = fault_note(c, need_text(c, "title", q->title, 1, 200));
 *     if (r == 0)
 *         r = fault_note(c, need_day(c, "on_day", q->on_day, &day));
 *     if (r == 0)
 *         r = faults_refuse(c);
 */
int fault_note(struct ctx *c, int r) MUST_CHECK;
int faults_refuse(struct ctx *c) MUST_CHECK;

/* ---- who may ---- */

/* Roles are bits of enum role, as in proto/api; of several any will do. */
/* Whether the actor holds one of @roles in a region that covers @region (and, if @subject is not NULL, speaks for @subject). */
bool actor_may(const struct ctx *c, unsigned roles, const char *region, const char *subject);
/* Whether he holds one in a region that covers the message's district; or lies within it, too. */
bool actor_may_as(const struct ctx *c, unsigned roles);
bool actor_is_here_as(const struct ctx *c, unsigned roles);
/* Of several bindings as @role the next two take one of the message's district before one of another. */
/* The subject the actor speaks for as @role, NULL if none. */
const char *actor_subject(const struct ctx *c, enum role role);
/* The region of the actor's binding as @role, NULL if none. */
const char *actor_region(const struct ctx *c, enum role role);

/* ---- saying, waiting ---- */

/* Append an event to the stream of @district (NULL: the message's) at commit. Its type is the message's own name ("publicity.NoticePublished"). */
void emit(struct ctx *c, const char *district, const ProtobufCMessage *event);
/* As emit, of an event that a hearer which does not know its type may pass over (else that hearer stands still until it does). */
void emit_optional(struct ctx *c, const char *district, const ProtobufCMessage *event);
/* Count up the revision of a thing of the message's district (tell/revision.h), for a change no event tells of. */
void revision_touch(struct ctx *c, const char *thing, const char *id);
/* A durable timer: at business time @due_at the handler of @kind runs once with @key. Setting it again moves it. */
void timer_set(struct ctx *c, const char *kind, const char *key, int64_t due_at);
void timer_cancel(struct ctx *c, const char *kind, const char *key);

/* ---- small helps ---- */

/* 0, or refused: reason text_missing / text_too_long for @field. NULL and "" are missing when @low > 0. Lengths in code points. */
int need_text(struct ctx *c, const char *field, const char *text, size_t low,
              size_t high) MUST_CHECK;
int need_day(struct ctx *c, const char *field, const char *text,
             int32_t *ret_day) MUST_CHECK; /* reason date_bad */
int need_range(struct ctx *c, const char *field, int64_t n, int64_t low,
               int64_t high) MUST_CHECK; /* reason number_out_of_range */
/* @word is one of @words (ended by NULL), else refused with value_not_allowed, which names them. */
int need_word(struct ctx *c, const char *field, const char *word,
              const char *const *words) MUST_CHECK;
/* The same of the states of @machine; NULL is good. */
int need_state(struct ctx *c, const char *field, const char *state,
               const struct fsm *machine) MUST_CHECK;
/* Step @machine from @from on @on: writes the new state, or refuses with state_forbids (field @field, args: from, on). */
int need_step(struct ctx *c, const struct fsm *machine, const char *from, const char *on,
              const char *field, const char **ret_to) MUST_CHECK;
/* The working calendar (read-only, loaded at start). */
const struct calendar *service_calendar(const struct service *svc);
const struct clock *service_clock(const struct service *svc);
/* The directory of shipped data (calendars, credit rules, programmes). */
const char *service_share(const struct service *svc);
const char *service_city(const struct service *svc);
/* The folder of archived months, "" for none. */
const char *service_archives(const struct service *svc);
/* The database (libpq conninfo) and schema the service works in. */
const char *service_conninfo(const struct service *svc);
const char *service_schema(const struct service *svc);
/* Whether the service is to stop: long work ends early then. Any thread. */
bool service_stopping(const struct service *svc);

/* ---- the tables ---- */

enum route_kind { ROUTE_COMMAND = 1, ROUTE_QUERY /* read-only, not logged, never stored */ };
struct route {
    enum route_kind kind;
    const ProtobufCMessageDescriptor *message; /* its name is the type */
    handler_fn *fn;
};
/* COMMAND(publicity__draft_notice, publicity_draft_notice): message by its protobuf-c prefix, handler. */
#define COMMAND(prefix, fn) \
    { \
        ROUTE_COMMAND, &prefix##__descriptor, fn \
    }
#define QUERY(prefix, fn) \
    { \
        ROUTE_QUERY, &prefix##__descriptor, fn \
    }
#define ROUTE_END \
    { \
        0 \
    }

struct hearing {
    const char *source; /* service */
    const ProtobufCMessageDescriptor *message;
    handler_fn *
        fn; /* runs in the transaction that moves the subscription's position; refuse() is not for events */
    /* Called once for neighbouring events: of this type, and of all others the same function is the batch handler of. c->events,
     * c->requests (which message it is, its descriptor says), c->n_events; c->event, c->request and c->account are the first's. If it
     * fails, it is called for each of them alone. */
    bool batch;
};
#define HEAR(source, prefix, fn) \
    { \
#source, &prefix##__descriptor, fn, false \
    }
#define HEAR_BATCH(source, prefix, fn) \
    { \
#source, &prefix##__descriptor, fn, true \
    }
#define HEAR_END \
    { \
        0 \
    }

struct timer_kind {
    const char *kind;
    handler_fn *fn; /* runs in the transaction that removes the timer */
};
#define TIMER_END \
    { \
        0 \
    }

/* What a library that several services use keeps in the schema of each: its own migrations and statements. */
struct service_part {
    const char *name; /* of the part in schema_migration: not a service's, not "frame" */
    const struct migration *migrations;
    const struct sql_stmt *const *statements;
};

enum { SERVICE_PARTS = 4 }; /* at most */

/* A flag of one service's own: --NAME VALUE writes what @print makes, from nothing but the program, and ends. */
struct own_flag {
    const char *name, *value, *help;
    int (*print)(const char *value, struct str *out); /* -EINVAL: not a value of this flag */
};
struct job_kind; /* job.h */
struct service_spec {
    const char *name; /* also the schema and the database role hongping_<name> */
    const struct migration *migrations;
    const struct sql_stmt *const *statements;
    const struct service_part *const *parts; /* NULL-ended, may be NULL */
    const struct conf_key *conf;             /* may be NULL */
    const struct route *routes;
    const struct hearing
        *hearings; /* may be NULL; the sources are followed for every district and the city */
    /* NULL-ended, may be NULL: the tables with all it made by hearing, of a service that does nothing else: no commands, timers, events
     * or ledgers of its own. They and the positions make a snapshot (docs/core.md). */
    const char *const *heard;
    const ProtobufCMessageDescriptor *const
        *known; /* NULL-ended, may be NULL: events passed over, besides those of proto/ */
    const struct timer_kind *timers; /* may be NULL */
    const struct ledger *const
        *ledgers; /* NULL-ended, may be NULL; the frame's own (stream, log) are added */
    const struct fsm *const *machines; /* NULL-ended, may be NULL; --print-states prints them */
    const struct job_kind
        *jobs; /* long work it can be asked for, ended by name NULL; may be NULL */
    int (*on_start)(struct service *svc, void *state,
                    struct errtext *e); /* loop thread, before the bus opens; may be NULL */
    void (*on_stop)(struct service *svc, void *state,
                    void (*stopped)(struct service *svc)); /* may be NULL */
    void (*on_end)(void *state); /* loop thread, no worker runs any more: gives back what on_start
                                    made; may be NULL */
    void *state;
    const struct own_flag *own_flag; /* may be NULL */
    const struct api_row *
        api; /* who may send messages that are not in proto/api, ended by service NULL; NULL for the services */
};

/*
 * Run a service until SIGTERM or SIGINT; the exit code of the process (0 done, 1 could not start or run, 2 wrong usage).
 * Flags: --config FILE, --set key=value (repeated), --print-config, --print-states, --help, --version, and its own.
 * Prints one line "ready" as a log line (info, what="ready") when everything answers.
 */
int service_main(const struct service_spec *spec, int argc, char **argv);

/* ---- for the gateway and reporting, which do more than answer (loop thread) ---- */
uv_loop_t *service_loop(struct service *svc);
struct bus_client *service_client(struct service *svc);
const struct bus_conf *service_bus_conf(const struct service *svc);
/* Whether work can be sent here: 200, or 503 for one that starts, stops, has no database or a full queue; the JSON of /readyz
 * is added to @out. Asks nobody. */
int service_readiness(struct service *svc, struct str *out);
/* Carry out an envelope by this service's own routes, as if it had come over the bus; fn is called once on the loop thread,
 * never before this returns; a full queue is a BUSY answer. BUS_E_FULL: too many callers of one id, or stopping. */
int service_submit(struct service *svc, const Hp__Envelope *env, bus_answer_fn *fn,
                   void *arg) MUST_CHECK;
/* Run a job on a worker of the queries. WORKERS_E_FULL. */
int service_job(struct service *svc, struct job *job) MUST_CHECK;
/* In such a job's run: the connection of @worker, its second argument; NULL while the database is away (waits up to a second). */
struct pg *service_job_pg(void *worker);

/*
 * Settings of every service (common/service/settings.c): city, districts (comma-separated), share, clock.mode (machine|manual), db (conninfo), schema,
 * hear.from (start|snapshot), workers, queue, log.level, metrics (address:port, "" for none), digest (sha256|sm3), bus.dir, bus.peers, bus.listen, curve.*.
 */
