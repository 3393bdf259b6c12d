/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_annex - a newer build beside an older one, and a source whose history is set back
 *
 * The newer build migrates the schema under the older one when it comes first; afterwards the older
 * one starts again beside it. A history is set back as an operator would: the source is down, its
 * schema is dropped and read from an earlier dump. What was acknowledged since is lost; the hearer
 * has to say so, its effects of what is lost are undone, it is told from where to go on, and the
 * client sends again what it may have lost. So all of it counts once at the end.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "annex.h"
#include "common/base/clock.h"
#include "common/db/cluster_proc.h"

enum { LIMIT_S = 60, ASK_MS = 20000, LOST = 10 /* events at least */, PATH = 256 };

/* ---- two versions ---- */

static bool leads(enum annex_part part)
{
    char sql[PATH * 2];

    snprintf(sql, sizeof(sql),
             "select count(*) from " ECHO_SCHEMA ".lease l join " ECHO_SCHEMA
             ".instance i using (instance) where i.endpoint = '%s'",
             annex_endpoint(part));
    return scene_number(sql) > 0;
}

static void await_lead(enum annex_part part)
{
    int64_t end = now_us() + LIMIT_S * SECOND_US;

    while (!failed() && !leads(part)) {
        if (now_us() > end)
            fail("the %s echo does not lead where the other does not",
                 part == ANNEX_NEXT ? "newer" : "older");
        pause_ms(20);
    }
}

#define MIGRATED \
    "select count(*) from information_schema.columns where table_schema = '" ECHO_SCHEMA \
    "' and table_name = 'item' and column_name = 'note'"

bool versions_begin(struct scene *sc, char what[WHAT])
{
    snprintf(what, WHAT, "a newer echo beside an older one");
    if (!annex_start(ANNEX_NEXT))
        return false;
    if (scene_number(MIGRATED) == 0)
        fail("the newer echo runs without its migration");
    freeze(annex_pid(ANNEX_ECHO));
    await_lead(ANNEX_NEXT);
    thaw(sc);
    return true;
}

/* The older one leaves and comes back on the newer one's schema; or it takes the lead back. */
void versions_end(struct scene *sc)
{
    int signal = dice_below(&sc->dice, 2) ? SIGKILL : SIGTERM;

    if (dice_below(&sc->dice, 2)) {
        annex_end(ANNEX_ECHO, signal);
        if (!annex_start(ANNEX_ECHO))
            fail("the older echo does not start beside the newer one");
    }
    annex_end(ANNEX_NEXT, signal);
    await_lead(ANNEX_ECHO);
}

/* ---- a history that is set back ---- */

static long set_to; /* the source's head as dumped */

/* Of PostgreSQL's; it may fail, the server being killed meanwhile, and complains to the log. */
static bool run_program(const char *name, const char *const *more)
{
    char bin[CLUSTER_PATH], program[CLUSTER_PATH + 16], conninfo[600];
    int log = annex_log();
    const char *argv[16] = {program, "-d", superuser(conninfo)};
    int status, n = 3;
    pid_t pid;

    if (cluster_find_bin(bin, sizeof(bin), NULL) != 0)
        fail("PostgreSQL's programs are not found");
    snprintf(program, sizeof(program), "%s/%s", bin, name);
    while (*more)
        argv[n++] = *more++;
    pid = fork();
    if (pid == 0) {
        dup2(log, STDERR_FILENO);
        execv(program, (char *const *)argv);
        _exit(127);
    }
    close(log);
    if (pid < 0)
        return false;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status == 0;
}

static const char *dump_path(char buf[PATH])
{
    snprintf(buf, PATH, "%s/annex.sql", run.stack->data);
    return buf;
}

static bool dump(void)
{
    char path[PATH];

    return run_program("pg_dump",
                       (const char *[]){"--schema=" ECHO_SCHEMA, "-f", dump_path(path), NULL});
}

static void restore(void)
{
    int64_t end = now_us() + LIMIT_S * SECOND_US;
    char path[PATH];
    const char *const args[] = {
        "-qX",
        "-o",
        "/dev/null",
        "--single-transaction",
        "-v",
        "ON_ERROR_STOP=1",
        "-c",
        "set client_min_messages = error; drop schema if exists " ECHO_SCHEMA " cascade",
        "-f",
        dump_path(path),
        NULL};

    while (!failed() && !run_program("psql", args)) {
        if (now_us() > end)
            fail("the annex's dump cannot be read back");
        pause_ms(20);
    }
}

#define HEARD_TO \
    "select position from " MIRROR_SCHEMA ".subscription where district = '" DISTRICT "'"
#define HEAD "select stream_seq from " ECHO_SCHEMA ".head where district = '" DISTRICT "'"

/* Until that number is above @least. */
static void await_above(const char *sql, long least)
{
    int64_t end = now_us() + LIMIT_S * SECOND_US;

    while (!failed() && scene_number(sql) <= least) {
        if (now_us() > end)
            fail("%s: not above %ld", sql, least);
        pause_ms(20);
    }
}

static bool is_diverged(struct scene *sc)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__StateReply *state = annex_state(a, sc->link, ANNEX_MIRROR);

    for (size_t i = 0; state && i < state->n_subscriptions; i++)
        if (strcmp(state->subscriptions[i]->district, DISTRICT) == 0)
            return strcmp(state->subscriptions[i]->state, "diverged") == 0;
    return false;
}

static void await_diverged(struct scene *sc)
{
    int64_t end = now_us() + LIMIT_S * SECOND_US;

    while (!failed() && !is_diverged(sc)) {
        if (now_us() > end)
            fail("a history set back to %ld is not noticed by its hearer", set_to);
        pause_ms(20);
    }
}

bool set_back_begin(struct scene *sc, char what[WHAT])
{
    long made = annex_made(), head;

    if (!dump())
        return false;
    head = scene_number(HEAD);
    if (head < 0)
        return false;
    await_above(HEARD_TO, head + LOST);
    annex_end(ANNEX_ECHO, SIGKILL);
    head = scene_number(HEARD_TO);
    restore();
    await_above(HEAD, -1);
    set_to = scene_number(HEAD);
    if (!annex_start(ANNEX_ECHO))
        fail("the annex's echo does not start on an older history");
    await_diverged(sc);
    annex_was_set_back(made);
    snprintf(what, WHAT, "the annex's, from %ld to %ld", head, set_to);
    return true;
}

/* Undone by hand, as far as it had been heard. */
static void undo(void)
{
    int64_t end = now_us() + LIMIT_S * SECOND_US;
    char sql[160];

    snprintf(sql, sizeof(sql),
             "with d as (delete from " MIRROR_SCHEMA
             ".heard where n > %ld returning 1) select count(*) "
             "from d",
             set_to);
    while (!failed() && scene_number(sql) < 0) {
        if (now_us() > end)
            fail("the server stays away");
        pause_ms(20);
    }
}

void set_back_end(struct scene *sc)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Rejoin rejoin = HP__REJOIN__INIT;
    int64_t end = now_us() + LIMIT_S * SECOND_US;
    Hp__Envelope *env;
    Hp__Reply *reply = NULL;

    await_diverged(sc); /* whatever died meanwhile */
    undo();
    rejoin.source = (char *)"echo";
    rejoin.district = (char *)DISTRICT;
    rejoin.from = set_to;
    rejoin.reason = (char *)"sample: the source was restored";
    env = bus_envelope(a, "bus.Rejoin", DISTRICT, &rejoin.base, ASK_MS);
    env->actor = annex_officer(a);
    while (!failed() && (bus_ask(sc->link, a, "mirror", env, &reply) != 0 ||
                         reply->status != HP__REPLY__STATUS__DONE)) {
        if (now_us() > end)
            fail("the hearer does not rejoin: %s", reply && reply->code ? reply->code : "silence");
    }
    await_above(HEARD_TO, set_to);
}
