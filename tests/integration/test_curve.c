/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <czmq.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "common/base/clock.h"
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

/* 0 answered, BUS_E_TIMEOUT not. */
static int ask_with(const char *key, int64_t timeout_ms)
{
    char peers[128];
    struct bus_conf conf = {.dir = s.dir,
                            .peers = peers,
                            .listen = (char *)"",
                            .curve_secret = (char *)key,
                            .curve_servers = servers};
    CLEANUP(bus_link_free) struct bus_link *link = NULL;
    Hp__Envelope *env = echo_put(&s, "a", "one");
    Hp__Reply *reply;

    snprintf(peers, sizeof(peers), "echo=%s", endpoint);
    env->deadline_at = wall_now_us() + timeout_ms * 1000;
    cr_assert_eq(bus_link_new(&conf, &link, NULL), 0);
    return bus_ask(link, s.arena, "echo", env, &reply);
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
