/* SPDX-License-Identifier: Apache-2.0 */
#include "sources.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/service/tell/events.h"
#include "testing.pb-c.h"

#include "common/base/banned.h"

enum { READY_MS = 60000, ASK_MS = 20000 };
static char last_id[UUID_TEXT];

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "sources: %s: %s\n", what, why);
    abort();
}

static Hp__Reply *ask(struct sources *s, const char *service, const Hp__Envelope *env)
{
    Hp__Reply *reply = NULL;
    struct uuid id;
    int r = bus_ask(s->link, s->arena, service, env, &reply);

    if (r)
        give_up(env->type, r == BUS_E_TIMEOUT ? "no answer" : strerror(-r));
    memcpy(id.bytes, env->message_id.data, 16);
    uuid_format(&id, last_id);
    return reply;
}

static Hp__Reply *done(struct sources *s, const char *service, const Hp__Envelope *env)
{
    Hp__Reply *reply = ask(s, service, env);

    if (reply->status != HP__REPLY__STATUS__DONE) {
        fprintf(stderr, "sources: %s: status %d code %s field %s\n", env->type, (int)reply->status,
                reply->code ? reply->code : "", reply->field ? reply->field : "");
        abort();
    }
    return reply;
}

static void spawn(struct sources *s, const char *name, const char *program,
                  const struct pg_test *pg, const char *clock)
{
    char path[512], db[640], schema[128], dir[128], start[128];
    pid_t pid;

    snprintf(path, sizeof(path), "%s/bin/%s", HP_BUILD_DIR, program);
    snprintf(db, sizeof(db), "db=%s", pg->conninfo);
    snprintf(schema, sizeof(schema), "schema=%s", pg->schema);
    snprintf(dir, sizeof(dir), "bus.dir=%s", s->dir);
    snprintf(start, sizeof(start), "clock.start=%s", clock);
    pid = fork();
    if (pid < 0)
        give_up("fork", strerror(errno));
    if (pid == 0) {
        char *argv[] = {path,
                        "--set",
                        db,
                        "--set",
                        schema,
                        "--set",
                        dir,
                        "--set",
                        "districts=" SOURCES_DISTRICT,
                        "--set",
                        "city=" SOURCES_CITY,
                        "--set",
                        "clock.mode=manual",
                        "--set",
                        start,
                        "--set",
                        "log.level=warn",
                        NULL};

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setenv("HP_SOURCE_NAME", name, 1);
        execv(path, argv);
        fprintf(stderr, "sources: %s: %s\n", path, strerror(errno));
        _exit(127);
    }
    s->pids[s->n_pids++] = pid;
}

static Hp__StateReply *state_of(struct sources *s, const char *service)
{
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Reply *reply = done(
        s, service, bus_envelope(s->arena, "bus.GetState", SOURCES_DISTRICT, &get.base, READY_MS));
    Hp__StateReply *state = hp__state_reply__unpack((ProtobufCAllocator *)arena_pb(s->arena),
                                                    reply->payload.len, reply->payload.data);

    if (!state)
        give_up("bus.GetState", "unreadable");
    return state;
}

void sources_open(struct sources *s, const char *service, const char *clock, ...)
{
    va_list ap;
    const char *name;

    *s = (struct sources){
        .dir = "/tmp/hp-src-XXXXXX", .arena = arena_new(), .service = service, .clock = clock};
    if (!mkdtemp(s->dir))
        give_up("mkdtemp", strerror(errno));
    s->conf.dir = s->dir;
    s->conf.peers = s->conf.listen = (char *)"";
    if (bus_link_new(&s->conf, &s->link, NULL) != 0)
        give_up("bus_link_new", "failed");
    va_start(ap, clock);
    while ((name = va_arg(ap, const char *))) {
        s->names[s->n_sources] = name;
        pg_test_schema(&s->source_pg[s->n_sources], name);
        spawn(s, name, "event_source", &s->source_pg[s->n_sources], clock);
        s->n_sources++;
    }
    va_end(ap);
    pg_test_schema(&s->pg, service);
    spawn(s, service, service, &s->pg, clock);
    for (int i = 0; i < s->n_sources; i++)
        state_of(s, s->names[i]);
    state_of(s, service);
}

void sources_kill(struct sources *s)
{
    pid_t pid = s->pids[--s->n_pids]; /* the service is started after its sources */

    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

void sources_start(struct sources *s)
{
    spawn(s, s->service, s->service, &s->pg, s->clock);
    state_of(s, s->service);
}

void sources_second(const struct sources *s, struct sources *ret_second)
{
    *ret_second = *s;
    ret_second->n_pids = ret_second->n_sources = 0;
    ret_second->arena = arena_new();
    snprintf(ret_second->dir, sizeof(ret_second->dir), "/tmp/hp-src-XXXXXX");
    if (!mkdtemp(ret_second->dir))
        give_up("mkdtemp", strerror(errno));
    ret_second->conf.dir = ret_second->dir;
    if (bus_link_new(&ret_second->conf, &ret_second->link, NULL) != 0)
        give_up("bus_link_new", "failed");
    sources_start(ret_second);
}

void sources_clock(struct sources *s, const char *clock)
{
    Hp__SetClock set = HP__SET_CLOCK__INIT;

    if (instant_parse(clock, &set.at) != 0)
        give_up("sources_clock", clock);
    done(s, s->service, bus_envelope(s->arena, "bus.SetClock", SOURCES_CITY, &set.base, ASK_MS));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void sources_close(struct sources *s)
{
    for (int i = 0; i < s->n_pids; i++) {
        kill(s->pids[i], SIGTERM);
        while (waitpid(s->pids[i], NULL, 0) < 0 && errno == EINTR)
            ;
    }
    bus_link_free(s->link);
    nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(s->arena);
}

void sources_say(struct sources *s, const char *source, const char *district,
                 const ProtobufCMessage *event)
{
    Testing__Say say = TESTING__SAY__INIT;
    size_t size = protobuf_c_message_get_packed_size(event);

    say.type = (char *)event->descriptor->name;
    say.payload.data = arena_alloc(s->arena, size + 1);
    say.payload.len = protobuf_c_message_pack(event, say.payload.data);
    done(s, source, bus_envelope(s->arena, "testing.Say", district, &say.base, ASK_MS));
}

void sources_settle(struct sources *s)
{
    for (int i = 0; i < s->n_sources; i++) {
        Hp__StateReply *state = state_of(s, s->names[i]);

        for (size_t k = 0; k < state->n_streams; k++) {
            Hp__AwaitApplied await = HP__AWAIT_APPLIED__INIT;

            await.source = (char *)s->names[i];
            await.district = state->streams[k]->district;
            await.position = state->streams[k]->head;
            if (await.position)
                done(s, s->service,
                     bus_envelope(s->arena, "bus.AwaitApplied", SOURCES_DISTRICT, &await.base,
                                  ASK_MS));
        }
    }
}

static Hp__Actor *actor_of(struct arena *a, const char *role, const char *region,
                           const char *subject)
{
    Hp__Actor *actor = arena_new_one(a, Hp__Actor);
    Hp__Binding *b = arena_new_one(a, Hp__Binding);

    hp__actor__init(actor);
    hp__binding__init(b);
    actor->account =
        arena_printf(a, "sample-%s%s%s", role, subject ? "-" : "", subject ? subject : "");
    actor->n_bindings = 1;
    actor->bindings = arena_new_array(a, Hp__Binding *, 1);
    actor->bindings[0] = b;
    b->role = arena_strdup(a, role);
    b->region = arena_strdup(a, region);
    b->subject = arena_strdup(a, subject);
    return actor;
}

Hp__Envelope *sources_envelope(struct sources *s, const char *role, const char *region,
                               const char *subject, const ProtobufCMessage *message)
{
    Hp__Envelope *env =
        bus_envelope(s->arena, message->descriptor->name, SOURCES_DISTRICT, message, ASK_MS);

    env->actor = role ? actor_of(s->arena, role, region, subject) : NULL;
    return env;
}

Hp__Reply *sources_ask(struct sources *s, const char *role, const char *region, const char *subject,
                       const ProtobufCMessage *message)
{
    return ask(s, s->service, sources_envelope(s, role, region, subject, message));
}

void *sources_done(struct sources *s, const char *role, const char *region, const char *subject,
                   const ProtobufCMessage *message, const ProtobufCMessageDescriptor *type)
{
    Hp__Reply *reply = sources_ask(s, role, region, subject, message);
    void *unpacked;

    if (reply->status != HP__REPLY__STATUS__DONE) {
        fprintf(stderr, "sources: %s: status %d code %s field %s\n", message->descriptor->name,
                (int)reply->status, reply->code ? reply->code : "",
                reply->field ? reply->field : "");
        abort();
    }
    if (!type)
        return NULL;
    unpacked = protobuf_c_message_unpack(type, (ProtobufCAllocator *)arena_pb(s->arena),
                                         reply->payload.len, reply->payload.data);
    if (!unpacked)
        give_up(type->name, "unreadable");
    return unpacked;
}

const char *sources_last_id(const struct sources *s)
{
    return arena_strdup(s->arena, last_id);
}

size_t sources_said(struct sources *s, const ProtobufCMessageDescriptor *type, void *ret_events,
                    size_t max)
{
    void **events = ret_events;
    int64_t after = 0;
    size_t n = 0;

    for (;;) {
        struct events page;
        struct errtext e = {0};

        if (events_fetch(s->link, s->arena, s->service, SOURCES_DISTRICT, after, 0, 0,
                         EVENTS_PATIENCE_MS, &page, &e))
            give_up("bus.Fetch", e.text);
        for (size_t i = 0; i < page.n; i++) {
            after = page.list[i]->position;
            if (strcmp(page.list[i]->type, type->name) == 0 && n < max)
                events[n++] = protobuf_c_message_unpack(
                    type, (ProtobufCAllocator *)arena_pb(s->arena), page.list[i]->payload.len,
                    page.list[i]->payload.data);
        }
        if (after >= page.head || page.n == 0)
            return n;
    }
}

const char *sources_value(struct sources *s, const char *sql)
{
    char *value = pg_test_value(&s->pg, sql);
    const char *kept = arena_strdup(s->arena, value ? value : "");

    free(value);
    return kept;
}
