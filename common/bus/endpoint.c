/* SPDX-License-Identifier: Apache-2.0 */
#include <czmq.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#include "common/bus/bus.h"
#include "common/base/banned.h"

enum {
    HEARTBEAT_MS = 5000,
    SILENCE_MS = 10000,
    HANDSHAKE_MS = 10000 /* of silence before one is agreed */
};

static void *context;

static void context_open(void)
{
    zsys_handler_set(NULL); /* signals are the loop's */
    context = zsys_init();
}

void *bus_context(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, context_open);
    return context;
}

int bus_set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof(value));
}

int bus_socket(int type, void **ret_socket, struct errtext *e)
{
    int64_t max_size = BUS_MAX_MESSAGE;
    void *socket = bus_context() ? zmq_socket(bus_context(), type) : NULL;

    if (!socket) {
        errtext_set(e, "no ZeroMQ socket: %s", zmq_strerror(errno));
        return err_raise(-EMFILE);
    }
    CHECK(bus_set_int(socket, ZMQ_SNDHWM, BUS_HWM) == 0);
    CHECK(bus_set_int(socket, ZMQ_RCVHWM, BUS_HWM) == 0);
    CHECK(bus_set_int(socket, ZMQ_IPV6, 1) == 0);
    CHECK(bus_set_int(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) == 0);
    CHECK(bus_set_int(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) == 0);
    CHECK(bus_set_int(socket, ZMQ_HEARTBEAT_TIMEOUT, SILENCE_MS) == 0);
    /* the other side gives us up after as long, whatever it was set to itself */
    CHECK(bus_set_int(socket, ZMQ_HEARTBEAT_TTL, HEARTBEAT_MS + SILENCE_MS) == 0);
    CHECK(zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max_size, sizeof(max_size)) == 0);
    *ret_socket = socket;
    return 0;
}

/* ---- all endpoints of a service ---- */

/* Whether the socket under the folder counts beside rows that only name districts. */
static bool is_there(const char *endpoint)
{
    struct stat st;

    return stat(endpoint + strlen("ipc://"), &st) == 0 && S_ISSOCK(st.st_mode);
}

static bool is_listed(const char *const *list, size_t n, const char *endpoint)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], endpoint) == 0)
            return true;
    return false;
}

static int list_rows(const struct bus_routes *routes, const struct bus_conf *conf,
                     const char *service, struct arena *a, struct bus_endpoints *ret,
                     struct errtext *e)
{
    char local[BUS_ENDPOINT];
    const char *row, **list;
    size_t n = 0, n_rows = 0;
    int r;

    while (bus_routes_nth(routes, service, n_rows))
        n_rows++;
    list = arena_new_array(a, const char *, n_rows + 1);
    for (size_t i = 0; (row = bus_routes_nth(routes, service, i)); i++)
        if (!is_listed(list, n, row))
            list[n++] = arena_strdup(a, row);
    if (!bus_routes_find(routes, service, "")) {
        r = bus_endpoint_local(conf->dir, service, local, e);
        if (r)
            return err_pass(r);
        if (!is_listed(list, n, local) && (n == 0 || is_there(local)))
            list[n++] = arena_strdup(a, local);
    }
    *ret = (struct bus_endpoints){list, n};
    return 0;
}

int bus_endpoints(const struct bus_conf *conf, const char *service, struct arena *a,
                  struct bus_endpoints *ret_list, struct errtext *e)
{
    CLEANUP(bus_routes_free) struct bus_routes *routes = NULL;
    int r = bus_routes_new(conf->peers, &routes, e);

    return r ? err_pass(r) : list_rows(routes, conf, service, a, ret_list, e);
}

int bus_check_peers(const struct bus_conf *conf, const char *const *services, size_t n,
                    struct errtext *e)
{
    CLEANUP(bus_routes_free) struct bus_routes *routes = NULL;
    CLEANUP(arena_free) struct arena *a = arena_new();
    int r = bus_routes_new(conf->peers, &routes, e);

    for (size_t i = 0; i < n && !r; i++) {
        struct bus_endpoints list = {0};
        bool tcp = false;

        r = list_rows(routes, conf, services[i], a, &list, e);
        for (size_t k = 0; k < list.n; k++)
            tcp |= bus_endpoint_is_tcp(list.items[k]);
        if (tcp && !r)
            r = bus_curve_check(conf, services[i], e);
    }
    return err_pass(r);
}
