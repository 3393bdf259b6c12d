/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of bus.peers, and what is said of those that cannot be read. */
#include <criterion/criterion.h>
#include <czmq.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/bus/bus.h"

static struct bus_routes *read_rows(const char *peers)
{
    struct bus_routes *t = NULL;
    struct errtext e;

    cr_assert_eq(bus_routes_new(peers, &t, &e), 0, "%s", e.text);
    return t;
}

Test(route, a_row_names_a_service_or_districts_of_it)
{
    CLEANUP(bus_routes_free)
    struct bus_routes *t =
        read_rows("intake=tcp://10.0.0.2:7301, credit=tcp://[::1]:1 ,credit@310104+310105="
                  "ipc:///run/b/credit.sock,");

    cr_assert_str_eq(bus_routes_find(t, "intake", ""), "tcp://10.0.0.2:7301");
    cr_assert_str_eq(bus_routes_find(t, "credit", ""), "tcp://[::1]:1");
    cr_assert_str_eq(bus_routes_find(t, "credit", "310104"), "ipc:///run/b/credit.sock");
    cr_assert_str_eq(bus_routes_find(t, "credit", "310105"), "ipc:///run/b/credit.sock");
    cr_assert_null(bus_routes_find(t, "credit", "310106"));
    cr_assert_null(bus_routes_find(t, "take", ""));
    cr_assert_str_eq(bus_routes_nth(t, "credit", 0), "tcp://[::1]:1");
    cr_assert_not_null(bus_routes_nth(t, "credit", 2));
    cr_assert_null(bus_routes_nth(t, "credit", 3));
}

Test(route, no_peers_are_no_rows)
{
    CLEANUP(bus_routes_free) struct bus_routes *none = read_rows(NULL), *empty = read_rows("");

    cr_assert_null(bus_routes_find(none, "intake", ""));
    cr_assert_null(bus_routes_nth(empty, "intake", 0));
}

Test(route, what_cannot_be_read_is_named)
{
    static const char *const rows[][2] = {
        {"credit=10.0.0.3:1", "credit"},
        {"intake=tcp://a:1,credit=tcp://10.0.0.3", "credit"},
        {"credit=tcp://:7301", "credit"},
        {"credit=tcp://a:0", "credit"},
        {"credit=tcp://a:70000", "credit"},
        {"credit=tcp://a:73x1", "credit"},
        {"credit=ipc://run/credit.sock", "credit"},
        {"credit=ipc:///", "credit"},
        {"credit", "credit"},
        {"=tcp://a:1", "service=endpoint"},
        {"credit@=tcp://a:1", "credit"},
        {"credit=tcp://a:1,credit=tcp://b:1", "twice"},
        {"credit@310104+310105=tcp://a:1,credit@310105=tcp://b:1", "credit@310105"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bus_routes *t = NULL;
        struct errtext e = {0};

        cr_assert_eq(bus_routes_new(rows[i][0], &t, &e), -EINVAL, "%s", rows[i][0]);
        cr_assert_null(t);
        cr_assert(strstr(e.text, "bus.peers") && strstr(e.text, rows[i][1]), "%s", e.text);
    }
}

Test(route, a_path_is_as_long_as_a_unix_socket_allows)
{
    char path[109] = "/", text[160];

    memset(path + 1, 'd', 106);
    path[107] = '\0';
    snprintf(text, sizeof(text), "ipc://%s", path);
    cr_assert_eq(bus_endpoint_check(text, NULL), 0);
    snprintf(text, sizeof(text), "ipc://%sd", path);
    cr_assert_eq(bus_endpoint_check(text, NULL), -EINVAL);
}

Test(route, rows_are_replaced_and_taken_out)
{
    CLEANUP(bus_routes_free) struct bus_routes *t = read_rows("credit=tcp://a:1");

    for (int i = 0; i < 40; i++) {
        char district[16];

        snprintf(district, sizeof(district), "%d", 310139 - i);
        cr_assert_eq(bus_routes_set(t, "credit", district, "tcp://b:1"), 0);
    }
    cr_assert_eq(bus_routes_set(t, "credit", "310104", "tcp://c:1"), 0);
    cr_assert_str_eq(bus_routes_find(t, "credit", "310104"), "tcp://c:1");
    cr_assert_str_eq(bus_routes_find(t, "credit", "310103"), "tcp://b:1");
    cr_assert_eq(bus_routes_set(t, "credit", "310104", NULL), 0);
    cr_assert_eq(bus_routes_set(t, "credit", "310104", NULL), 0);
    cr_assert_null(bus_routes_find(t, "credit", "310104"));
    cr_assert_str_eq(bus_routes_find(t, "credit", ""), "tcp://a:1");
    cr_assert_eq(bus_routes_set(t, "credit", "310105", "nowhere"), -EINVAL);
    cr_assert_str_eq(bus_routes_find(t, "credit", "310105"), "tcp://b:1");
    cr_assert_not_null(bus_routes_nth(t, "credit", 39));
    cr_assert_null(bus_routes_nth(t, "credit", 40));
}

/* ---- a folder of sockets and keys ---- */

static char dir[64], path[160], secret[128], servers[128];
static struct bus_conf conf;
static struct arena *a;

static void remove_file(const char *format)
{
    snprintf(path, sizeof(path), format, dir);
    unlink(path);
}

static void open_dir(void)
{
    strncpy(dir, "/tmp/hp-route-XXXXXX", sizeof(dir) - 1);
    cr_assert_not_null(mkdtemp(dir));
    snprintf(secret, sizeof(secret), "%s/own.key", dir);
    snprintf(servers, sizeof(servers), "%s/servers", dir);
    cr_assert_eq(mkdir(servers, 0700), 0);
    conf = (struct bus_conf){.dir = dir, .curve_secret = secret, .curve_servers = servers};
    a = arena_new();
}

static void close_dir(void)
{
    arena_free(a);
    remove_file("%s/credit.sock");
    remove_file("%s/own.key");
    remove_file("%s/servers/credit.cert");
    rmdir(servers);
    rmdir(dir);
}

static void make_cert(const char *file, bool with_secret)
{
    zcert_t *cert = zcert_new();

    cr_assert_eq(with_secret ? zcert_save_secret(cert, file) : zcert_save_public(cert, file), 0);
    zcert_destroy(&cert);
}

static int check(struct errtext *e)
{
    static const char *const services[] = {"intake", "credit"};

    e->text[0] = '\0';
    return bus_check_peers(&conf, services, ARRAY_LEN(services), e);
}

TestSuite(peers, .init = open_dir, .fini = close_dir);

Test(peers, what_is_on_this_host_needs_no_key)
{
    struct errtext e;

    conf.curve_secret = conf.curve_servers = NULL;
    cr_assert_eq(check(&e), 0, "%s", e.text);
    conf.peers = (char *)"credit@310104=ipc:///run/b/credit.sock,other=tcp://not.asked:1";
    cr_assert_eq(check(&e), 0, "%s", e.text);
}

Test(peers, the_faulty_setting_or_certificate_is_named)
{
    char cert[160], certless[192];
    struct errtext e;

    conf.peers = (char *)"credit@310104=tcp://127.0.0.1:1";
    snprintf(cert, sizeof(cert), "%s/credit.cert", servers);
    cr_assert_eq(check(&e), -EINVAL);
    snprintf(certless, sizeof(certless), "curve.servers: %s", cert);
    cr_assert(strstr(e.text, certless), "%s", e.text);

    make_cert(cert, false);
    cr_assert_eq(check(&e), -EINVAL);
    cr_assert(strstr(e.text, "curve.secret") && strstr(e.text, secret), "%s", e.text);

    make_cert(secret, true);
    cr_assert_eq(check(&e), 0, "%s", e.text);

    conf.curve_servers = (char *)"";
    cr_assert_eq(check(&e), -EINVAL);
    cr_assert(strstr(e.text, "curve.servers is not set"), "%s", e.text);

    conf.peers = (char *)"credit=127.0.0.1:1";
    cr_assert_eq(check(&e), -EINVAL);
    cr_assert(strstr(e.text, "bus.peers: credit"), "%s", e.text);
}

Test(peers, a_folder_too_deep_for_a_socket_is_named)
{
    char deep[200];
    struct errtext e;

    memset(deep, 'd', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = '\0';
    conf.dir = deep;
    cr_assert_eq(check(&e), -ENAMETOOLONG);
    cr_assert(strstr(e.text, "bus.dir"), "%s", e.text);
}

static const char *joined(void)
{
    struct bus_endpoints list;
    const char *text = "";
    struct errtext e;

    cr_assert_eq(bus_endpoints(&conf, "credit", a, &list, &e), 0, "%s", e.text);
    for (size_t i = 0; i < list.n; i++)
        text = arena_printf(a, "%s%s ", text, list.items[i]);
    return text;
}

static void make_socket(const char *file)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strncpy(at.sun_path, file, sizeof(at.sun_path) - 1);
    cr_assert_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    close(fd);
}

Test(peers, every_endpoint_of_a_service_is_listed_once)
{
    const char *local = arena_printf(a, "ipc://%s/credit.sock ", dir);

    cr_assert_str_eq(joined(), local);
    conf.peers = (char *)"credit=tcp://a:1,intake=tcp://i:1";
    cr_assert_str_eq(joined(), "tcp://a:1 ");
    conf.peers = (char *)"credit@1=tcp://b:1,credit@2+3=tcp://c:1,credit@4=tcp://b:1";
    cr_assert_str_eq(joined(), "tcp://b:1 tcp://c:1 ");
    /* an instance under the folder has the districts that are not named */
    make_socket(arena_printf(a, "%s/credit.sock", dir));
    cr_assert_str_eq(joined(), arena_printf(a, "tcp://b:1 tcp://c:1 %s", local));
    conf.peers = (char *)"credit=tcp://a:1,credit@1=tcp://b:1";
    cr_assert_str_eq(joined(), "tcp://a:1 tcp://b:1 ");
}
