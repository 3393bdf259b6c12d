/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/service_test.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "common/service/tell/events.h"
#include "proto/api.h"

#include "common/base/banned.h"

enum { READY_MS = 30000, ASK_MS = 20000, SET_SIZE = 640 };

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "service_test: %s: %s\n", what, why);
    abort();
}

/* ---- the process ---- */

static void become(struct service_test *s, char sets[][SET_SIZE], int n)
{
    char program[512];
    char *argv[32];
    int argc = 0;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(program, sizeof(program), "%s/bin/%s", HP_BUILD_DIR, s->service);
    argv[argc++] = program;
    for (int i = 0; i < n; i++) {
        argv[argc++] = (char *)"--set";
        argv[argc++] = sets[i];
    }
    argv[argc] = NULL;
    execv(program, argv);
    fprintf(stderr, "service_test: %s: %s\n", program, strerror(errno));
    _exit(127);
}

static void start(struct service_test *s)
{
    char sets[10][SET_SIZE];
    int n = 0;

    snprintf(sets[n++], SET_SIZE, "db=%s", s->pg.conninfo);
    snprintf(sets[n++], SET_SIZE, "schema=%s", s->pg.schema);
    snprintf(sets[n++], SET_SIZE, "bus.dir=%s", s->dir);
    snprintf(sets[n++], SET_SIZE, "districts=%s", TEST_DISTRICT);
    snprintf(sets[n++], SET_SIZE, "city=%s", TEST_CITY);
    snprintf(sets[n++], SET_SIZE, "share=%s/deploy", HP_SOURCE_DIR);
    snprintf(sets[n++], SET_SIZE, "clock.mode=manual");
    s->pid = fork();
    if (s->pid < 0)
        give_up("fork", strerror(errno));
    if (s->pid == 0)
        become(s, sets, n);
}

static Hp__Reply *ask(struct service_test *s, const Hp__Envelope *env)
{
    Hp__Reply *reply = NULL;
    struct uuid id;
    int r;

    memcpy(id.bytes, env->message_id.data, sizeof(id.bytes));
    uuid_format(&id, s->last_id);
    r = bus_ask(s->link, s->arena, s->service, env, &reply);
    if (r)
        give_up(env->type, r == BUS_E_TIMEOUT ? "no answer" : strerror(-r));
    return reply;
}

static void open_process(struct service_test *s, const char *service)
{
    Hp__GetState get = HP__GET_STATE__INIT;

    s->service = service;
    s->arena = arena_new();
    s->conf.dir = s->dir;
    s->conf.peers = s->conf.listen = (char *)"";
    if (bus_link_new(&s->conf, &s->link, NULL) != 0)
        give_up("bus_link_new", "failed");
    start(s);
    ask(s, bus_envelope(s->arena, "bus.GetState", TEST_DISTRICT, &get.base, READY_MS));
}

void service_test_open(struct service_test *s, const char *service)
{
    *s = (struct service_test){.dir = "/tmp/hp-test-XXXXXX"};
    if (!mkdtemp(s->dir))
        give_up("mkdtemp", strerror(errno));
    pg_test_schema(&s->pg, service);
    open_process(s, service);
}

void service_test_second(struct service_test *s, const struct service_test *first)
{
    *s = (struct service_test){.dir = "/tmp/hp-test-XXXXXX", .pg = first->pg};
    if (!mkdtemp(s->dir))
        give_up("mkdtemp", strerror(errno));
    open_process(s, first->service);
}

void service_test_join(struct service_test *s, const char *service,
                       const struct service_test *first)
{
    *s = (struct service_test){0};
    memcpy(s->dir, first->dir, sizeof(s->dir));
    pg_test_schema(&s->pg, service);
    open_process(s, service);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void service_test_close(struct service_test *s)
{
    int status;

    kill(s->pid, SIGTERM);
    while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR)
        ;
    bus_link_free(s->link);
    nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(s->arena);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        give_up(s->service, "did not end well");
}

/* ---- asking ---- */

/* "role@region=subject". */
static Hp__Binding *binding_of(struct service_test *s, const char *text, size_t size)
{
    Hp__Binding *b = arena_new_one(s->arena, Hp__Binding);
    char *copy = arena_strndup(s->arena, text, size), *at = strchr(copy, '@'), *subject;

    if (!at)
        give_up(copy, "not role@region");
    *at = 0;
    subject = strchr(at + 1, '=');
    if (subject)
        *subject++ = 0;
    hp__binding__init(b);
    b->role = copy;
    b->region = at + 1;
    b->subject = subject;
    return b;
}

static Hp__Actor *actor_of(struct service_test *s, const char *who)
{
    Hp__Actor *actor;
    const char *p = who;

    if (!who)
        return NULL;
    actor = arena_new_one(s->arena, Hp__Actor);
    hp__actor__init(actor);
    actor->account = arena_strdup(s->arena, who);
    actor->bindings = arena_new_array(s->arena, Hp__Binding *, strlen(who));
    while (*p) {
        size_t n = strcspn(p, " ");

        actor->bindings[actor->n_bindings++] = binding_of(s, p, n);
        p += n + (p[n] == ' ');
    }
    return actor;
}

Hp__Envelope *service_test_envelope(struct service_test *s, const char *who, const char *district,
                                    const char *type, const char *json)
{
    const struct api_row *row = api_row_for(type);
    struct pbjson_fault fault = {0};
    ProtobufCMessage *message = NULL;
    Hp__Envelope *env;

    if (!row)
        give_up(type, "not in proto/api");
    if (pbjson_read(s->arena, row->request, json, strlen(json), &message, &fault) != 0)
        give_up(json, fault.field);
    env = bus_envelope(s->arena, type, district, message, ASK_MS);
    env->actor = actor_of(s, who);
    return env;
}

Hp__Reply *service_test_ask(struct service_test *s, const char *who, const char *district,
                            const char *type, const char *json)
{
    return ask(s, service_test_envelope(s, who, district, type, json));
}

static const char *args_of(struct service_test *s, const Hp__Reply *reply)
{
    const char *list = "";

    for (size_t i = 0; i < reply->n_args; i++)
        list = arena_printf(s->arena, "%s [%s]", list, reply->args[i]);
    return list;
}

const char *service_test_done_in(struct service_test *s, const char *district, const char *who,
                                 const char *type, const char *json)
{
    const Hp__Reply *reply = service_test_ask(s, who, district, type, json);
    const struct api_row *row = api_row_for(type);
    ProtobufCMessage *message;
    struct str text = STR_INIT;
    const char *copy;

    if (reply->status != HP__REPLY__STATUS__DONE) {
        fprintf(stderr, "service_test: %s %s: status %d code %s field %s%s\n", type, json,
                (int)reply->status, reply->code ? reply->code : "",
                reply->field ? reply->field : "", args_of(s, reply));
        abort();
    }
    if (!row->reply || !reply->has_payload)
        return "";
    message = protobuf_c_message_unpack(row->reply, arena_pb(s->arena), reply->payload.len,
                                        reply->payload.data);
    if (!message)
        give_up(type, "unreadable reply");
    pbjson_write(&text, message);
    copy = arena_strdup(s->arena, text.text);
    str_release(&text);
    return copy;
}

const char *service_test_done(struct service_test *s, const char *who, const char *type,
                              const char *json)
{
    return service_test_done_in(s, TEST_DISTRICT, who, type, json);
}

void service_test_refused(struct service_test *s, const char *who, const char *type,
                          const char *json, const char *code, const char *field)
{
    const Hp__Reply *reply = service_test_ask(s, who, TEST_DISTRICT, type, json);

    if (reply->status == HP__REPLY__STATUS__REFUSED && str_equal(reply->code, code) &&
        str_equal(reply->field, field))
        return;
    fprintf(stderr, "service_test: %s %s: status %d code %s field %s%s, not %s %s\n", type, json,
            (int)reply->status, reply->code ? reply->code : "", reply->field ? reply->field : "",
            args_of(s, reply), code, field ? field : "");
    abort();
}

/* ---- clock, events, rows ---- */

static Hp__Reply *control(struct service_test *s, const char *type, const char *district,
                          const ProtobufCMessage *message)
{
    Hp__Reply *reply = ask(s, bus_envelope(s->arena, type, district, message, ASK_MS));

    if (reply->status != HP__REPLY__STATUS__DONE)
        give_up(type, reply->code ? reply->code : "not done");
    return reply;
}

void service_test_clock(struct service_test *s, const char *instant)
{
    Hp__SetClock set = HP__SET_CLOCK__INIT;

    if (instant_parse(instant, &set.at) != 0)
        give_up(instant, "not an instant");
    control(s, "bus.SetClock", TEST_CITY, &set.base);
}

static struct events fetch(struct service_test *s, const char *district, int64_t after)
{
    struct events events;
    struct errtext e = {0};

    if (events_fetch(s->link, s->arena, s->service, district, after, 0, 0, EVENTS_PATIENCE_MS,
                     &events, &e) != 0)
        give_up("bus.Fetch", e.text);
    return events;
}

const char *service_test_events(struct service_test *s, const char *district, int64_t after)
{
    struct events events = fetch(s, district, after);
    const char *list = "";

    for (size_t i = 0; i < events.n; i++)
        list = arena_printf(s->arena, "%s%s\n", list, events.list[i]->type);
    return list;
}

const char *service_test_value(struct service_test *s, const char *sql)
{
    char *value = pg_test_value(&s->pg, sql);
    const char *copy = arena_strdup(s->arena, value ? value : "");

    free(value);
    return copy;
}

void service_test_settle(struct service_test *s, struct service_test *source)
{
    service_test_settle_in(s, source, TEST_CITY);
    service_test_settle_in(s, source, TEST_DISTRICT);
}

void service_test_settle_in(struct service_test *s, struct service_test *source,
                            const char *district)
{
    Hp__AwaitApplied await = HP__AWAIT_APPLIED__INIT;

    await.source = (char *)source->service;
    await.district = (char *)district;
    await.position = fetch(source, district, 0).head;
    control(s, "bus.AwaitApplied", district, &await.base);
}
