/* SPDX-License-Identifier: Apache-2.0 */
#include "harness.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/banned.h"

enum { READY_MS = 30000, ASK_MS = 10000, VERIFY_MS = 60000, MAX_SETS = 16, SET_SIZE = 16384 };

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "harness: %s: %s\n", what, why);
    abort();
}

void echo_open(struct echo_stack *s)
{
    *s = (struct echo_stack){.dir = "/tmp/hp-echo-XXXXXX", .arena = arena_new()};
    if (!mkdtemp(s->dir))
        give_up("mkdtemp", strerror(errno));
    s->conf.dir = s->dir;
    s->conf.peers = s->conf.listen = (char *)"";
    if (bus_link_new(&s->conf, &s->link, NULL) != 0)
        give_up("bus_link_new", "failed");
    pg_test_schema(&s->echo, "intake");
    pg_test_schema(&s->mirror, "scoring");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void echo_close(struct echo_stack *s)
{
    while (s->n_pids)
        echo_end(s, s->pids[0], SIGKILL);
    bus_link_free(s->link);
    nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(s->arena);
}

static void run_service(const char *service, const char *log, char sets[][SET_SIZE], int n)
{
    char program[512];
    char *argv[2 * (MAX_SETS + 8) + 2];
    int argc = 0;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (log && !freopen(log, "a", stderr))
        _exit(126);
    snprintf(program, sizeof(program), "%s/bin/%s_service", HP_BUILD_DIR, service);
    argv[argc++] = program;
    for (int i = 0; i < n; i++) {
        argv[argc++] = (char *)"--set";
        argv[argc++] = sets[i];
    }
    argv[argc] = NULL;
    execv(program, argv);
    fprintf(stderr, "harness: %s: %s\n", program, strerror(errno));
    _exit(127);
}

pid_t echo_spawn(struct echo_stack *s, const char *service, const char *dir,
                 const char *const *more)
{
    const struct pg_test *t = strncmp(service, "echo", 4) == 0 ? &s->echo : &s->mirror;
    char sets[MAX_SETS + 8][SET_SIZE];
    int n = 0;
    pid_t pid;

    snprintf(sets[n++], SET_SIZE, "db=%s", t->conninfo);
    snprintf(sets[n++], SET_SIZE, "schema=%s", t->schema);
    snprintf(sets[n++], SET_SIZE, "bus.dir=%s", dir ? dir : s->dir);
    snprintf(sets[n++], SET_SIZE, "districts=%s", ECHO_DISTRICT);
    for (; more && *more && n < MAX_SETS; more++)
        snprintf(sets[n++], SET_SIZE, "%s", *more);
    pid = fork();
    if (pid < 0)
        give_up("fork", strerror(errno));
    if (pid == 0)
        run_service(service, s->log, sets, n);
    if (s->n_pids == 8)
        give_up("echo_spawn", "too many processes");
    s->pids[s->n_pids++] = pid;
    return pid;
}

pid_t echo_start(struct echo_stack *s, const char *service, ...)
{
    const char *sets[MAX_SETS + 1] = {0};
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Envelope *env = bus_envelope(s->arena, "bus.GetState", ECHO_DISTRICT, &get.base, READY_MS);
    va_list ap;
    pid_t pid;

    va_start(ap, service);
    for (int i = 0; i < MAX_SETS && (sets[i] = va_arg(ap, const char *)); i++)
        ;
    va_end(ap);
    pid = echo_spawn(s, service, NULL, sets);
    echo_done(s, strncmp(service, "echo", 4) == 0 ? "echo" : "mirror", env);
    return pid;
}

int echo_end(struct echo_stack *s, pid_t pid, int signal)
{
    int status = 0;

    kill(pid, signal);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    for (int i = 0; i < s->n_pids; i++)
        if (s->pids[i] == pid)
            s->pids[i] = s->pids[--s->n_pids];
    return status;
}

Hp__Envelope *echo_envelope(struct echo_stack *s, const char *type, const ProtobufCMessage *message)
{
    Hp__Envelope *env = bus_envelope(s->arena, type, ECHO_DISTRICT, message, ASK_MS);

    env->actor = arena_new_one(s->arena, Hp__Actor);
    hp__actor__init(env->actor);
    env->actor->account = arena_strdup(s->arena, "sample-officer");
    env->actor->n_bindings = 1;
    env->actor->bindings = arena_new_array(s->arena, Hp__Binding *, 1);
    env->actor->bindings[0] = arena_new_one(s->arena, Hp__Binding);
    hp__binding__init(env->actor->bindings[0]);
    env->actor->bindings[0]->role = arena_strdup(s->arena, "district");
    env->actor->bindings[0]->region = arena_strdup(s->arena, ECHO_DISTRICT);
    return env;
}

Hp__Envelope *echo_put(struct echo_stack *s, const char *key, const char *text)
{
    Echo__Put put = ECHO__PUT__INIT;

    put.key = (char *)key;
    put.text = (char *)text;
    return echo_envelope(s, "echo.Put", &put.base);
}

Hp__Reply *echo_ask(struct echo_stack *s, const char *service, const Hp__Envelope *env)
{
    Hp__Reply *reply = NULL;
    int r = bus_ask(s->link, s->arena, service, env, &reply);

    if (r)
        give_up(env->type, r == BUS_E_TIMEOUT ? "no answer" : strerror(-r));
    return reply;
}

Hp__Reply *echo_done(struct echo_stack *s, const char *service, const Hp__Envelope *env)
{
    Hp__Reply *reply = echo_ask(s, service, env);

    if (reply->status != HP__REPLY__STATUS__DONE) {
        fprintf(stderr, "harness: %s: status %d code %s field %s\n", env->type, (int)reply->status,
                reply->code ? reply->code : "", reply->field ? reply->field : "");
        abort();
    }
    return reply;
}

Hp__Reply__Status echo_await(struct echo_stack *s, int64_t position)
{
    Hp__AwaitApplied await = HP__AWAIT_APPLIED__INIT;

    await.source = (char *)"echo";
    await.district = (char *)ECHO_DISTRICT;
    await.position = position;
    return echo_ask(s, "mirror", echo_envelope(s, "bus.AwaitApplied", &await.base))->status;
}

Hp__VerifyReply *echo_verify(struct echo_stack *s, const char *service)
{
    Hp__Verify q = HP__VERIFY__INIT;
    Hp__Envelope *env = echo_envelope(s, "bus.Verify", &q.base);
    Hp__VerifyReply *v;
    Hp__Reply *reply;

    env->left_ms = VERIFY_MS;
    reply = echo_done(s, service, env);
    v = hp__verify_reply__unpack(arena_pb(s->arena), reply->payload.len, reply->payload.data);
    if (!v)
        give_up("bus.Verify", "unreadable");
    return v;
}

Hp__StateReply *echo_state(struct echo_stack *s, const char *service)
{
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Reply *reply = echo_done(s, service, echo_envelope(s, "bus.GetState", &get.base));
    Hp__StateReply *state =
        hp__state_reply__unpack(arena_pb(s->arena), reply->payload.len, reply->payload.data);

    if (!state)
        give_up("bus.GetState", "unreadable");
    return state;
}

const char *echo_value(struct echo_stack *s, const struct pg_test *t, const char *sql)
{
    char *value = pg_test_value(t, sql);
    char *kept = arena_strdup(s->arena, value ? value : "");

    free(value);
    return kept;
}
