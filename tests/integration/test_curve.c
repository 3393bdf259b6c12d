/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <czmq.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "tests/support/echo_service/harness.h"
#include "tests/support/pg_test.h"

static struct echo_stack s;
static char allow[96], servers[96], server_key[128], known_key[128], stranger_key[128];
static char endpoint[64];

/* A port that was free a moment ago. */
static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&at, size), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static void make_key(const char *secret, const char *public)
{
    zcert_t *cert = zcert_new();

    cr_assert_eq(zcert_save_secret(cert, secret), 0);
    if (public)
        cr_assert_eq(zcert_save_public(cert, public), 0);
    zcert_destroy(&cert);
}

static void open_stack(void)
{
    char path[160];

    echo_open(&s);
    snprintf(allow, sizeof(allow), "%s/allow", s.dir);
    snprintf(servers, sizeof(servers), "%s/servers", s.dir);
    mkdir(allow, 0700);
    mkdir(servers, 0700);
    snprintf(server_key, sizeof(server_key), "%s/echo.key", s.dir);
    snprintf(known_key, sizeof(known_key), "%s/known.key", s.dir);
    snprintf(stranger_key, sizeof(stranger_key), "%s/stranger.key", s.dir);
    snprintf(path, sizeof(path), "%s/echo.cert", servers);
    make_key(server_key, path);
    snprintf(path, sizeof(path), "%s/known.cert", allow);
    make_key(known_key, path);
    make_key(stranger_key, NULL);
    snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", free_port());
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(curve, .init = open_stack, .fini = close_stack, .timeout = 60);

static void start(void)
{
    char listen[128], secret[192], allowed[160];

    snprintf(listen, sizeof(listen), "bus.listen=%s", endpoint);
    snprintf(secret, sizeof(secret), "curve.secret=%s", server_key);
    snprintf(allowed, sizeof(allowed), "curve.allow=%s", allow);
    echo_start(&s, "echo", listen, secret, allowed, NULL);
}

static char peers[128];

static struct bus_conf conf_with(const char *key)
{
    snprintf(peers, sizeof(peers), "echo=%s", endpoint);
    return (struct bus_conf){.dir = s.dir,
                             .peers = peers,
                             .listen = (char *)"",
                             .curve_secret = (char *)key,
                             .curve_servers = servers};
}

static Hp__Envelope *put(int64_t timeout_ms)
{
    Hp__Envelope *env = echo_put(&s, "a", "one");

    bus_set_left(env, timeout_ms);
    return env;
}

/* 0 answered, BUS_E_TIMEOUT not. */
static int ask_over(struct bus_link *link, int64_t timeout_ms)
{
    Hp__Reply *reply;

    return bus_ask(link, s.arena, "echo", put(timeout_ms), &reply);
}

static int ask_with(const char *key, int64_t timeout_ms)
{
    struct bus_conf conf = conf_with(key);
    CLEANUP(bus_link_free) struct bus_link *link = NULL;

    cr_assert_eq(bus_link_new(&conf, &link, NULL), 0);
    return ask_over(link, timeout_ms);
}

/* Ask in vain until the link says @why. */
static void ask_until_error(struct bus_link *link, const char *why)
{
    int64_t until = monotonic_now_us() + 30 * SECOND_US;

    do
        cr_assert_eq(ask_over(link, 200), BUS_E_TIMEOUT);
    while (!strstr(bus_link_error(link, "echo"), why) && monotonic_now_us() < until);
    cr_assert(strstr(bus_link_error(link, "echo"), why), "%s", bus_link_error(link, "echo"));
}

static void allow_key(const char *secret, const char *name)
{
    char path[160];
    zcert_t *cert = zcert_load(secret);

    snprintf(path, sizeof(path), "%s/%s.cert", allow, name);
    cr_assert_eq(zcert_save_public(cert, path), 0);
    zcert_destroy(&cert);
}

Test(curve, a_known_key_is_answered_over_tcp)
{
    start();
    cr_assert_eq(ask_with(known_key, 20000), 0);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from item"), "1");
}

Test(curve, an_unknown_key_is_shut_out)
{
    start();
    cr_assert_eq(ask_with(stranger_key, 1500), BUS_E_TIMEOUT);
    cr_assert_eq(ask_with(known_key, 20000), 0, "the gate is open for others");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from log"), "1");
}

Test(curve, a_key_allowed_later_connects_without_a_restart)
{
    struct bus_conf conf = conf_with(stranger_key);
    CLEANUP(bus_link_free) struct bus_link *link = NULL;

    start();
    cr_assert_eq(bus_link_new(&conf, &link, NULL), 0);
    ask_until_error(link, "refuses our key");
    allow_key(stranger_key, "stranger");
    cr_assert_eq(ask_over(link, 30000), 0);
    cr_assert_str_eq(bus_link_error(link, "echo"), "");
}

Test(curve, a_key_taken_off_the_list_is_refused_at_the_next_connection)
{
    char path[160];

    start();
    cr_assert_eq(ask_with(known_key, 20000), 0);
    snprintf(path, sizeof(path), "%s/known.cert", allow);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(ask_with(known_key, 1500), BUS_E_TIMEOUT);
}

Test(curve, a_servers_new_key_is_picked_up_without_a_restart_of_its_callers)
{
    struct bus_conf conf = conf_with(known_key);
    CLEANUP(bus_link_free) struct bus_link *link = NULL;
    char path[160], cert[160];

    start();
    cr_assert_eq(bus_link_new(&conf, &link, NULL), 0);
    cr_assert_eq(ask_over(link, 20000), 0);
    echo_end(&s, s.pids[0], SIGTERM);
    snprintf(path, sizeof(path), "%s/new.cert", s.dir);
    make_key(server_key, path);
    start();
    /* the old certificate still lies there: it is not the same server for us */
    ask_until_error(link, "certificate");
    snprintf(cert, sizeof(cert), "%s/echo.cert", servers);
    cr_assert_eq(rename(path, cert), 0);
    cr_assert_eq(ask_over(link, 30000), 0);
}

Test(curve, a_certificate_that_comes_later_is_used)
{
    struct bus_conf conf = conf_with(known_key);
    CLEANUP(bus_link_free) struct bus_link *link = NULL;
    char path[160], aside[160];
    int64_t until = monotonic_now_us() + 30 * SECOND_US;
    int r;

    start();
    snprintf(path, sizeof(path), "%s/echo.cert", servers);
    snprintf(aside, sizeof(aside), "%s/aside.cert", s.dir);
    cr_assert_eq(rename(path, aside), 0);
    cr_assert_eq(bus_link_new(&conf, &link, NULL), 0);
    cr_assert_eq(ask_over(link, 1000), -EINVAL, "at once, not at the deadline");
    cr_assert(strstr(bus_link_error(link, "echo"), path), "%s", bus_link_error(link, "echo"));
    cr_assert_eq(rename(aside, path), 0);
    while ((r = ask_over(link, 1000)) != 0 && monotonic_now_us() < until)
        ;
    cr_assert_eq(r, 0);
}

/* ---- what the log says ---- */

static char log_path[160];

/* Start a service that writes its log to log_path. */
#define start_logged(...) \
    do { \
        int kept_ = dup(STDERR_FILENO); \
        snprintf(log_path, sizeof(log_path), "%s/service.log", s.dir); \
        cr_assert_not_null(freopen(log_path, "w", stderr)); \
        __VA_ARGS__; \
        fflush(stderr); \
        dup2(kept_, STDERR_FILENO); \
        close(kept_); \
    } while (0)

/* The lines of the log with both texts. */
static int n_lines(const char *one, const char *other)
{
    FILE *file = fopen(log_path, "r");
    char line[4096];
    int n = 0;

    cr_assert_not_null(file);
    while (fgets(line, sizeof(line), file))
        n += strstr(line, one) && strstr(line, other);
    fclose(file);
    return n;
}

Test(curve, the_service_that_refuses_a_key_names_it_and_whence_it_came)
{
    zcert_t *cert = zcert_load(stranger_key);
    struct bus_conf conf = conf_with(stranger_key);
    CLEANUP(bus_link_free) struct bus_link *link = NULL;
    char key[64];

    snprintf(key, sizeof(key), "%s", zcert_public_txt(cert));
    zcert_destroy(&cert);
    start_logged(start());
    cr_assert_eq(bus_link_new(&conf, &link, NULL), 0);
    ask_until_error(link, "refuses our key");
    cr_assert_eq(n_lines("not in curve.allow", key), 1);
    cr_assert_eq(n_lines("not in curve.allow", "127.0.0.1\""), 1);
}

Test(curve, a_subscriber_whose_key_comes_late_says_so_once_and_catches_up)
{
    char own[192], list[160], peer[160];
    int64_t until;

    start();
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    snprintf(own, sizeof(own), "curve.secret=%s", stranger_key);
    snprintf(list, sizeof(list), "curve.servers=%s", servers);
    snprintf(peer, sizeof(peer), "bus.peers=echo@%s=%s", ECHO_DISTRICT, endpoint);
    start_logged(echo_start(&s, "mirror", own, list, peer, NULL));
    until = monotonic_now_us() + 30 * SECOND_US;
    while (n_lines("a peer cannot be reached", "refuses our key") == 0 &&
           monotonic_now_us() < until)
        poll(NULL, 0, 20);
    allow_key(stranger_key, "stranger");
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    cr_assert_eq(n_lines("a peer cannot be reached", "refuses our key"), 1);
    cr_assert_eq(n_lines("a peer is reached again", endpoint), 1);
}
