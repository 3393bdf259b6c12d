/* SPDX-License-Identifier: Apache-2.0 */
/* annex - its processes and its client */
#include "annex.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/db/cluster.h"
#include "echo.pb-c.h"

enum { PATH = 256, UP_LIMIT_S = 60, TRY_MS = 1000, PACE_MS = 10, REMIND_EVERY = 3 };
/* Due while the run lasts, or at an instant that a clock which is off may name. */
enum { SOON_S = 15, LATE_FROM_S = 60, LATE_S = 600 };

static const struct {
    const char *program, *service, *schema, *role;
    bool apart;
} parts[ANNEX_N] = {
    {"echo_service", "echo", ECHO_SCHEMA, "intake", false},
    {"echo_next_service", "echo", ECHO_SCHEMA, "intake", true},
    {"mirror_service", "mirror", MIRROR_SCHEMA, "scoring", false},
};

struct annex_notes annex_notes;
static atomic_int pids[ANNEX_N]; /* 0: not there */
static pthread_t worker;
static atomic_bool resting;
static atomic_long n_made, again_from = -1;

/* ---- processes ---- */

static const char *folder(enum annex_part part, char buf[PATH])
{
    CHECK(snprintf(buf, PATH, parts[part].apart ? "%s/next" : "%s",
                   parts[part].apart ? run.stack->data : run.stack->bus_dir) < PATH);
    return buf;
}

const char *annex_endpoint(enum annex_part part)
{
    static char buf[ANNEX_N][PATH + 32];
    char dir[PATH];

    snprintf(buf[part], sizeof(buf[part]), "ipc://%s/%s.sock", folder(part, dir),
             parts[part].service);
    return buf[part];
}

static void conninfo_of(enum annex_part part, char *buf, size_t size)
{
    struct cluster_spec spec = {
        .dir = run.stack->data, .socket_dir = run.stack->bus_dir, .port = 5432};

    cluster_conninfo(&spec, parts[part].role, buf, size);
}

/* It ends with the thread that began it. */
static void become(char *const *argv, int log)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
        _exit(126);
    execv(argv[0], argv);
    _exit(127);
}

int annex_log(void)
{
    char path[PATH];
    int fd;

    snprintf(path, sizeof(path), "%s/log/annex.log", run.stack->data);
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    return fd;
}

static bool spawn(enum annex_part part)
{
    char program[PATH], conninfo[512], db[520], dir[PATH], bus[PATH + 16], schema[64];
    char *argv[] = {program,
                    (char *)"--set",
                    db,
                    (char *)"--set",
                    schema,
                    (char *)"--set",
                    bus,
                    (char *)"--set",
                    (char *)"districts=" DISTRICT,
                    (char *)"--set",
                    (char *)"lease.seconds=3",
                    NULL};
    int log;

    snprintf(program, sizeof(program), HP_BUILD_DIR "/bin/%s", parts[part].program);
    conninfo_of(part, conninfo, sizeof(conninfo));
    snprintf(db, sizeof(db), "db=%s", conninfo);
    snprintf(schema, sizeof(schema), "schema=%s", parts[part].schema);
    snprintf(bus, sizeof(bus), "bus.dir=%s", folder(part, dir));
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        fail("%s: %s", dir, strerror(errno));
    log = annex_log();
    pids[part] = fork();
    if (pids[part] == 0)
        become(argv, log);
    close(log);
    return pids[part] > 0;
}

static bool gone(enum annex_part part)
{
    if (pids[part] && waitpid(pids[part], NULL, WNOHANG) == pids[part])
        pids[part] = 0;
    return !pids[part];
}

pid_t annex_pid(enum annex_part part)
{
    return pids[part];
}

void annex_end(enum annex_part part, int signal)
{
    if (gone(part))
        return;
    kill(pids[part], signal);
    while (waitpid(pids[part], NULL, 0) < 0 && errno == EINTR)
        ;
    pids[part] = 0;
}

static struct bus_link *link_new(void)
{
    struct bus_conf conf = {.dir = run.stack->bus_dir,
                            .peers = (char *)"",
                            .listen = (char *)"",
                            .curve_secret = (char *)"",
                            .curve_allow = (char *)"",
                            .curve_servers = (char *)""};
    struct bus_link *l;

    CHECK(bus_link_new(&conf, &l, NULL) == 0);
    return l;
}

Hp__StateReply *annex_state(struct arena *a, struct bus_link *link, enum annex_part part)
{
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Reply *reply;

    if (bus_ask_at(link, a, parts[part].service, annex_endpoint(part),
                   bus_envelope(a, "bus.GetState", DISTRICT, &get.base, TRY_MS), &reply) != 0 ||
        reply->status != HP__REPLY__STATUS__DONE)
        return NULL;
    return hp__state_reply__unpack(arena_pb(a), reply->payload.len, reply->payload.data);
}

/* One that ends because the server is away is begun again. */
bool annex_start(enum annex_part part)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(bus_link_free) struct bus_link *link = link_new();
    int64_t end = now_us() + UP_LIMIT_S * SECOND_US;

    while (!failed() && now_us() < end) {
        if (gone(part) && !spawn(part))
            pause_ms(20);
        if (annex_state(a, link, part))
            return true;
    }
    annex_end(part, SIGKILL);
    return false;
}

int annex_open(void)
{
    PGconn *conn = scene_connect();
    PGresult *res = PQexec(conn, "create schema " ECHO_SCHEMA " authorization hongping_intake;"
                                 "create schema " MIRROR_SCHEMA " authorization hongping_scoring");

    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        fail("no schemas for the annex: %s", PQerrorMessage(conn));
    PQclear(res);
    PQfinish(conn);
    if (!failed() && !(annex_start(ANNEX_ECHO) && annex_start(ANNEX_MIRROR)))
        fail("the annex does not start");
    return failed() ? -1 : 0;
}

void annex_close(void)
{
    for (int part = 0; part < ANNEX_N; part++)
        annex_end((enum annex_part)part, SIGKILL);
    free(annex_notes.list);
    annex_notes = (struct annex_notes){0};
}

/* ---- the client ---- */

Hp__Actor *annex_officer(struct arena *a)
{
    Hp__Actor *who = arena_new_one(a, Hp__Actor);
    Hp__Binding *b = arena_new_one(a, Hp__Binding);

    hp__actor__init(who);
    hp__binding__init(b);
    b->role = (char *)"district";
    b->region = (char *)DISTRICT;
    who->account = (char *)ANNEX_ACCOUNT;
    who->bindings = arena_new_array(a, Hp__Binding *, 1);
    who->bindings[who->n_bindings++] = b;
    return who;
}

static Hp__Envelope *envelope(struct arena *a, const struct annex_note *note)
{
    Echo__Put put = ECHO__PUT__INIT;
    Echo__Remind remind = ECHO__REMIND__INIT;
    Hp__Envelope *env;

    put.key = remind.key = (char *)note->key;
    put.text = (char *)"one";
    remind.due_at = note->due_at;
    env = bus_envelope(a, note->due_at ? "echo.Remind" : "echo.Put", DISTRICT,
                       note->due_at ? &remind.base : &put.base, TRY_MS);
    env->actor = annex_officer(a);
    env->message_id.data = arena_memdup(a, note->id.bytes, sizeof(note->id.bytes));
    env->message_id.len = sizeof(note->id.bytes);
    return env;
}

/* With the same id until it is done, at one build and at the other. */
static void send_surely(struct bus_link *link, struct arena *a, const struct annex_note *note)
{
    int64_t end = now_us() + ANSWER_LIMIT_S * SECOND_US;

    for (int tries = 0; !failed(); tries++) {
        const char *at = annex_endpoint(tries % 2 ? ANNEX_NEXT : ANNEX_ECHO);
        Hp__Reply *reply;

        arena_reset(a);
        if (tries % 2 && !annex_pid(ANNEX_NEXT))
            continue;
        if (bus_ask_at(link, a, "echo", at, envelope(a, note), &reply) == 0) {
            if (reply->status == HP__REPLY__STATUS__DONE)
                return;
            if (reply->status == HP__REPLY__STATUS__BROKEN ||
                reply->status == HP__REPLY__STATUS__REFUSED)
                fail("annex: %s was answered with status %d, %s", note->key, (int)reply->status,
                     reply->code ? reply->code : "");
        }
        if (now_us() > end)
            fail("annex: %s was not answered within %d s", note->key, ANSWER_LIMIT_S);
    }
}

static const struct annex_note *make(struct dice *dice)
{
    struct annex_notes *notes = &annex_notes;
    struct annex_note *note;
    int64_t in_s =
        dice_below(dice, 2) ? dice_below(dice, SOON_S) : LATE_FROM_S + dice_below(dice, LATE_S);

    notes->list = grow(notes->list, notes->n, sizeof(*note));
    note = &notes->list[notes->n++];
    *note = (struct annex_note){0};
    uuid_new(&note->id);
    uuid_format(&note->id, note->id_text);
    if (notes->n % REMIND_EVERY == 0)
        note->due_at = wall_now_us() + in_s * SECOND_US;
    if (note->due_at)
        snprintf(note->key, sizeof(note->key), "due %lld %zu", (long long)note->due_at, notes->n);
    else
        snprintf(note->key, sizeof(note->key), "item %zu", notes->n);
    atomic_store(&n_made, (long)notes->n);
    return note;
}

/* All that the history which counts now may lack; what it has is answered as before. */
static void make_up(struct bus_link *link, struct arena *a)
{
    long i = atomic_exchange(&again_from, -1);

    for (; i >= 0 && (size_t)i < annex_notes.n && !failed(); i++, annex_notes.n_again++)
        send_surely(link, a, &annex_notes.list[i]);
}

static void *work(void *arg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(bus_link_free) struct bus_link *link = link_new();
    struct dice dice = {.state = run.seed ^ 0x616e6e65};

    (void)arg;
    while (!failed() && !atomic_load(&resting)) {
        send_surely(link, a, make(&dice));
        make_up(link, a);
        pause_ms(PACE_MS);
    }
    make_up(link, a);
    return NULL;
}

void annex_work(void)
{
    CHECK(pthread_create(&worker, NULL, work, NULL) == 0);
}

/* Those that the killer began have ended with it; the others are killed once more. */
void annex_rest(void)
{
    for (int part = 0; part < ANNEX_N; part++)
        annex_end((enum annex_part)part, SIGKILL);
    if (!annex_start(ANNEX_ECHO) || !annex_start(ANNEX_MIRROR))
        fail("the annex does not start again");
    atomic_store(&resting, true);
    pthread_join(worker, NULL);
}

long annex_made(void)
{
    return atomic_load(&n_made);
}

void annex_was_set_back(long made)
{
    atomic_store(&again_from, made > 0 ? made - 1 : 0); /* the last was under way */
}
