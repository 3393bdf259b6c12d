/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault - every acknowledged command takes effect exactly once, whatever dies
 *
 *     fault [--kills N] [--seed N] [--clients N] [--http N] [--keep]
 *
 * A stack of its own with a durable PostgreSQL; clients over the bus and over HTTP at work; SIGKILL
 * to services, PostgreSQL and its backends until N of them happened (default 200, or
 * HP_FAULT_KILLS, HP_TEST_KILLS), and between them full disks, a server that only reads, frozen
 * processes and sessions, cut connections, second instances, newer builds, a history set back, a
 * clock that steps (trouble.h). For the last of them the stack's clock is moved, so that timers run
 * under fire too. Then everything is counted. Exit code: 0 as promised, 1 a discrepancy, 2 wrong
 * usage.
 *
 * The same seed (or HP_TEST_SEED) draws the same commands, kills and troubles; what meets what is
 * up to the machine.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "annex.h"
#include "services/cli/talk/advance.h"

enum { KILLS = 200, ADVANCE_DAYS = 20, ADVANCE_LIMIT_S = 240, LIMIT_S = 240, LIMIT_KILL_S = 6 };

static int usage(void)
{
    fprintf(stderr, "usage: fault [--kills N] [--seed N] [--clients N] [--http N] [--keep]\n");
    return 2;
}

static int number_of(const char *text, int fallback)
{
    return text && *text ? atoi(text) : fallback;
}

static bool parse(int argc, char **argv, bool *ret_keep)
{
    static const struct option options[] = {
        {"kills", required_argument, NULL, 'k'},   {"seed", required_argument, NULL, 's'},
        {"clients", required_argument, NULL, 'c'}, {"http", required_argument, NULL, 'h'},
        {"keep", no_argument, NULL, 'K'},          {0}};
    struct uuid id;
    int got;

    uuid_new(&id);
    memcpy(&run.seed, id.bytes + 8, sizeof(run.seed));
    run.seed &= 0xffffffff;
    if (getenv("HP_TEST_SEED"))
        run.seed = strtoull(getenv("HP_TEST_SEED"), NULL, 10);
    run.n_kills = number_of(getenv("HP_FAULT_KILLS"), number_of(getenv("HP_TEST_KILLS"), KILLS));
    run.n_bus = 4;
    run.n_http = 2;
    *ret_keep = false;
    while ((got = getopt_long(argc, argv, "", options, NULL)) != -1)
        switch (got) {
        case 'k':
            run.n_kills = atoi(optarg);
            break;
        case 's':
            run.seed = strtoull(optarg, NULL, 10);
            break;
        case 'c':
            run.n_bus = atoi(optarg);
            break;
        case 'h':
            run.n_http = atoi(optarg);
            break;
        case 'K':
            *ret_keep = true;
            break;
        default:
            return false;
        }
    return optind == argc && run.n_kills > 0 && run.n_bus >= 0 && run.n_http >= 0 &&
           run.n_bus + run.n_http >= 1 && run.n_bus + run.n_http <= MAX_CLIENTS;
}

/* Day by day, so that the deductions that were notified take effect while processes die. */
static void move_clock(struct operator* op)
{
    int64_t at = 0, end = now_us() + ADVANCE_LIMIT_S * SECOND_US;
    struct errtext e = {0};

    CHECK(instant_parse(CLOCK_START, &at) == 0);
    for (int day = 1; day <= ADVANCE_DAYS && !failed(); day++)
        while (!failed() && advance_to(op, at + day * DAY_US, NULL, NULL, &e) != 0)
            if (now_us() > end)
                fail("the clock cannot be moved: %s", e.text);
}

/* What those timers did. */
static void model_clock(struct client *clients, int n)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < clients[i].n_deductions; k++) {
            struct deduction *d = &clients[i].deductions[k];

            if (strcmp(d->state, "notified") == 0) {
                d->state = "effective";
                strcat(d->steps, " time_over");
            }
        }
}

static void under_fire(struct operator* op, struct client *clients, int n)
{
    int64_t began = now_us();
    size_t sent = 0;

    if (killer_start() != 0) {
        fail("no killer");
        return;
    }
    for (int i = 0; i < n; i++)
        CHECK(pthread_create(&clients[i].thread, NULL, client_run, &clients[i]) == 0);
    annex_work();
    killer_await(run.n_kills - run.n_kills / 10);
    atomic_store(&run.stop, true);
    for (int i = 0; i < n; i++) {
        pthread_join(clients[i].thread, NULL);
        sent += clients[i].n_commands;
    }
    tell("%d kills, %zu commands, %d repeats, %d replays, %d broken after %.1f s; now the clock",
         killer_count(), sent, atomic_load(&run.n_repeats), atomic_load(&run.n_replays),
         atomic_load(&run.n_broken), (double)(now_us() - began) / 1e6);
    killer_clock_moves();
    if (!failed())
        move_clock(op);
    killer_join();
    annex_rest();
    tell("%d kills in %.1f s", killer_count(), (double)(now_us() - began) / 1e6);
    model_clock(clients, n);
}

static void test(void)
{
    int n = run.n_bus + run.n_http;
    struct client *clients = calloc((size_t)n, sizeof(*clients));
    CLEANUP(operator_free) struct operator* op = NULL;
    struct errtext e = {0};

    CHECK(clients);
    for (int i = 0; i < n; i++)
        client_init(&clients[i], i, i >= run.n_bus);
    if (operator_new(run.stack, &op, &e) != 0)
        fail("no operator: %s", e.text);
    else if (setup(op, clients, n) == 0 && annex_open() == 0)
        under_fire(op, clients, n);
    if (!failed() && advance_settle(op, &e) != 0)
        fail("it does not come to rest: %s", e.text);
    if (!failed())
        check_all(op, clients, n);
    if (!failed())
        annex_check(op);
    annex_close();
    if (!failed() && atomic_load(&run.n_broken))
        fail("%d answers were 'broken'", atomic_load(&run.n_broken));
    for (int i = 0; i < n; i++)
        client_release(&clients[i]);
    free(clients);
}

int main(int argc, char **argv)
{
    char data[64];
    bool keep;

    if (!parse(argc, argv, &keep))
        return usage();
    snprintf(data, sizeof(data), "/tmp/hp-fault-%d", (int)getpid());
    alarm((unsigned)(LIMIT_S + run.n_kills * LIMIT_KILL_S)); /* the stack goes with its parent */
    tell("seed %llu, %d kills, %d clients over the bus and %d over HTTP",
         (unsigned long long)run.seed, run.n_kills, run.n_bus, run.n_http);
    if (clock_prepare() != 0 || start_stack(data, true) != 0) {
        clock_remove();
        return 1;
    }
    test();
    clock_remove();
    if (!failed())
        tell("every acknowledged command took effect exactly once");
    return finish(data, keep);
}
