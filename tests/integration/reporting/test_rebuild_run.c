/* SPDX-License-Identifier: Apache-2.0 */
/* When a rebuild looks at the live models, and how it ends. */
#include "tests/integration/reporting/stage.h"

#include <errno.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "reporting.pb-c.h"

enum { WAIT_MS = 20000 };

TestSuite(rebuild_run, .init = setup, .fini = teardown, .timeout = 120);

/* ---- when it looks ---- */

struct meanwhile {
    int said;
    int64_t in_transaction;
};

/* Between two transactions of the replay: more is said, and applied to the live models. */
static void say_more(void *arg, const char *phase, int64_t done, int64_t total)
{
    struct meanwhile *m = arg;

    (void)done;
    (void)total;
    if (strcmp(phase, "replay") != 0 || m->said >= 3)
        return;
    m->in_transaction +=
        count("select count(*) from pg_stat_activity where application_name = 'rebuild_test' "
              "and (xact_start is not null or backend_xmin is not null)");
    enterprise("E1", arena_printf(s.arena, "name %d", m->said));
    application(arena_printf(s.arena, "M%d", m->said), "E2", "accepted", NULL);
    m->said++;
    sources_settle(&s);
}

Test(rebuild_run, events_that_arrive_while_it_replays_are_in_what_it_compares)
{
    struct rebuild_spec spec = plain();
    struct meanwhile m = {0};
    struct rebuild_result result;

    spec.conninfo = arena_printf(s.arena, "%s application_name=rebuild_test", s.pg.conninfo);
    spec.arg = &m;
    spec.progress = say_more;
    result = rebuild_with(&spec);
    expect_clean(&result);
    cr_expect_eq(m.said, 3);
    cr_expect_eq(m.in_transaction, 0, "the replay holds a snapshot");
    cr_expect_eq(result.events, 11 + 2 * 3, "%lld", (long long)result.events);
    cr_expect_eq(
        result.rows,
        count("select (select count(*) from timeline) + (select count(*) from timeline_subject) "
              "+ (select count(*) from subject) + (select count(*) from progress) "
              "+ (select count(*) from dossier) + (select count(*) from task) "
              "+ (select count(*) from programme_term)"));
}

/* ... and between two models. */
static void say_between_models(void *arg, const char *phase, int64_t done, int64_t total)
{
    struct meanwhile *m = arg;

    (void)total;
    if (strcmp(phase, "compare") != 0 || done >= 5)
        return;
    enterprise(arena_printf(s.arena, "N%d", m->said), "new");
    application(arena_printf(s.arena, "N%d", m->said++), "E2", "accepted", NULL);
    sources_settle(&s);
}

Test(rebuild_run, events_that_arrive_while_it_compares_are_no_differences)
{
    struct rebuild_spec spec = plain();
    struct meanwhile m = {0};
    struct rebuild_result result;

    spec.arg = &m;
    spec.progress = say_between_models;
    result = rebuild_with(&spec);
    expect_clean(&result);
    cr_expect_eq(m.said, 5);
    cr_expect_eq(result.events, 11 + 2 * 5);
}

/* ---- how it ends ---- */

/*
 * Whoever reads the live dossiers waits until the connection returned here is closed. By a policy, since a lock on the table would
 * hold up the preparing of statements already.
 */
static PGconn *hold(void)
{
    PGconn *conn = PQconnectdb(s.pg.superuser);
    PGresult *res;

    pg_test_run(&s.pg, "create function hold_up() returns boolean language plpgsql as "
                       "'begin perform pg_advisory_xact_lock_shared(4711); return true; end'; "
                       "create policy held on dossier using (hold_up()); "
                       "alter table dossier enable row level security; "
                       "alter table dossier force row level security");
    cr_assert_eq(PQstatus(conn), CONNECTION_OK);
    res = PQexec(conn, "select pg_advisory_lock(4711)");
    cr_assert_eq(PQresultStatus(res), PGRES_TUPLES_OK, "%s", PQerrorMessage(conn));
    PQclear(res);
    return conn;
}

static bool is_held_up(void)
{
    char *n = pg_test_value(&s.pg, "select count(*) from pg_locks where locktype = 'advisory' and "
                                   "objid = 4711 and not granted");
    bool held_up = strcmp(n, "0") != 0;

    free(n);
    return held_up;
}

static bool once_held_up(void *arg)
{
    bool *stop = arg;

    if (!__atomic_load_n(stop, __ATOMIC_ACQUIRE) && is_held_up())
        __atomic_store_n(stop, true, __ATOMIC_RELEASE);
    return __atomic_load_n(stop, __ATOMIC_ACQUIRE);
}

Test(rebuild_run, a_long_statement_ends_when_it_is_cancelled_and_nothing_stays)
{
    struct rebuild_spec spec = plain();
    struct rebuild_result result = {.found = -1};
    PGconn *holder = hold();
    struct errtext e = {0};
    bool stop = false;

    spec.arg = &stop;
    spec.cancelled = once_held_up;
    cr_expect_eq(rebuild_run(&spec, s.arena, &result, &e), REBUILD_E_CANCELLED);
    cr_expect(strstr(e.text, "user request"), "not cancelled but: %s", e.text);
    cr_expect_eq(result.found, -1, "nothing is said of a rebuild that did not come to its end");
    expect_nothing_left();
    PQfinish(holder);
    result = rebuild();
    expect_clean(&result);
}

static bool at_once(void *arg)
{
    (void)arg;
    return true;
}

Test(rebuild_run, cancelled_before_it_begins_ends_and_leaves_nothing)
{
    struct rebuild_spec spec = plain();
    struct rebuild_result result;

    spec.cancelled = at_once;
    cr_expect_eq(rebuild_run(&spec, s.arena, &result, NULL), REBUILD_E_CANCELLED);
    expect_nothing_left();
}

static void try_another(void *arg, const char *phase, int64_t done, int64_t total)
{
    struct rebuild_spec other = plain();
    struct rebuild_result result;
    int *outcome = arg;

    (void)phase;
    (void)done;
    (void)total;
    if (*outcome == 0)
        *outcome = rebuild_run(&other, s.arena, &result, NULL);
}

Test(rebuild_run, there_is_one_at_a_time)
{
    struct rebuild_spec spec = plain();
    struct rebuild_result result;
    int outcome = 0;

    spec.arg = &outcome;
    spec.progress = try_another;
    result = rebuild_with(&spec);
    cr_expect_eq(outcome, REBUILD_E_BUSY);
    expect_clean(&result);
}

Test(rebuild_run, begins_anew_over_what_a_killed_one_or_an_older_build_left)
{
    struct rebuild_result result;

    pg_test_run(
        &s.pg,
        "set role hongping_reporting; create table reporting_aside.timeline (district text); "
        "create table reporting_aside.stream (seq bigint); create sequence reporting_aside.nth; "
        "create function reporting_aside.iso() returns text language sql return 'x'");
    result = rebuild();
    expect_clean(&result);
    expect_nothing_left();
}

Test(rebuild_run, a_source_that_is_gone_ends_it_with_a_sentence)
{
    struct rebuild_spec spec = plain();
    struct bus_conf nowhere = s.conf;
    struct rebuild_result result;
    struct errtext e = {0};

    nowhere.dir = (char *)"/tmp/hp-no-such-folder";
    spec.bus = &nowhere;
    cr_expect_lt(rebuild_run(&spec, s.arena, &result, &e), 0);
    cr_expect(strstr(e.text, "intake does not tell its events in " C), "%s", e.text);
    expect_nothing_left();
}

/* ---- SIGTERM ---- */

/* A caller who gets no answer, for the service stops. */
static void *ask_to_rebuild(void *arg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(bus_link_free) struct bus_link *link = NULL;
    Reporting__Rebuild request = REPORTING__REBUILD__INIT;
    Hp__Reply *reply;

    if (bus_link_new(&s.conf, &link, NULL) == 0 &&
        bus_ask(link, a, "reporting",
                bus_envelope(a, "reporting.Rebuild", D, &request.base, WAIT_MS), &reply) == 0)
        *(int *)arg = (int)reply->status;
    return NULL;
}

static int end_of(pid_t pid)
{
    int64_t until_us = monotonic_now_us() + WAIT_MS * 1000;
    int status = 0;

    while (waitpid(pid, &status, WNOHANG) == 0)
        cr_assert_lt(monotonic_now_us(), until_us, "the service does not end");
    return status;
}

Test(rebuild_run, sigterm_ends_it_with_the_service_and_the_next_is_clean)
{
    int64_t until_us = monotonic_now_us() + WAIT_MS * 1000;
    PGconn *holder = hold();
    Reporting__Rebuild request = REPORTING__REBUILD__INIT;
    Reporting__RebuildReply *done;
    pthread_t caller;
    int answered = -1, status;

    cr_assert_eq(pthread_create(&caller, NULL, ask_to_rebuild, &answered), 0);
    while (!is_held_up())
        cr_assert_lt(monotonic_now_us(), until_us, "the rebuild does not come to the comparison");
    kill(s.pids[--s.n_pids], SIGTERM);
    status = end_of(s.pids[s.n_pids]); /* while what it waited for is held still */
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
    expect_nothing_left();
    PQfinish(holder);
    sources_start(&s);
    pthread_join(caller, NULL); /* asked again by its link, answered by the new process */
    cr_expect_eq(answered, HP__REPLY__STATUS__DONE);
    done = sources_done(&s, NULL, NULL, NULL, &request.base, &reporting__rebuild_reply__descriptor);
    cr_expect_eq(done->n_differences, 0);
    cr_expect_eq(done->events, 11);
}
