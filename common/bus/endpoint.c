/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/bus.h"

#include <czmq.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <zmq.h>

#include "common/base/banned.h"

enum { IPC_PATH_MAX = 107 };

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

/* The value of @service in "a=x,b=y"; its length in ret_size. */
static const char *peer_of(const char *peers, const char *service, size_t *ret_size)
{
    size_t n = strlen(service);

    while (peers && *peers) {
        size_t part = strcspn(peers, ",");

        while (part && *peers == ' ') {
            peers++;
            part--;
        }
        if (part > n && strncmp(peers, service, n) == 0 && peers[n] == '=') {
            *ret_size = part - n - 1;
            return peers + n + 1;
        }
        peers += part;
        peers += *peers == ',';
    }
    return NULL;
}

int bus_endpoint(const struct bus_conf *conf, const char *service, char ret_endpoint[BUS_ENDPOINT],
                 bool *ret_tcp, struct errtext *e)
{
    size_t size = 0;
    const char *peer = peer_of(conf->peers, service, &size);

    if (peer && (size < 7 || size >= BUS_ENDPOINT || strncmp(peer, "tcp://", 6) != 0)) {
        errtext_set(e, "bus.peers: %s must be tcp://address:port", service);
        return err_raise(-EINVAL);
    }
    if (peer) {
        snprintf(ret_endpoint, BUS_ENDPOINT, "%.*s", (int)size, peer);
        *ret_tcp = true;
        return 0;
    }
    if (strlen(conf->dir) + strlen(service) + strlen("/.sock") > IPC_PATH_MAX) {
        errtext_set(e, "bus.dir: %s is too long for a unix socket (%d bytes)", conf->dir,
                    IPC_PATH_MAX);
        return err_raise(-ENAMETOOLONG);
    }
    snprintf(ret_endpoint, BUS_ENDPOINT, "ipc://%s/%s.sock", conf->dir, service);
    *ret_tcp = false;
    return 0;
}

static int set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof(value));
}

static void dealer_options(void *socket)
{
    int64_t max_size = BUS_MAX_MESSAGE;

    /* IMMEDIATE: nothing is queued for a peer that is not there; the caller keeps it and knows. */
    (void)!set_int(socket, ZMQ_IMMEDIATE, 1);
    (void)!set_int(socket, ZMQ_LINGER, 0);
    (void)!set_int(socket, ZMQ_SNDHWM, BUS_HWM);
    (void)!set_int(socket, ZMQ_RCVHWM, BUS_HWM);
    (void)!set_int(socket, ZMQ_RECONNECT_IVL, 20);
    (void)!set_int(socket, ZMQ_RECONNECT_IVL_MAX, 500);
    (void)!set_int(socket, ZMQ_HEARTBEAT_IVL, 5000);
    (void)!set_int(socket, ZMQ_IPV6, 1);
    (void)!zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max_size, sizeof(max_size));
}

int bus_dealer(const struct bus_conf *conf, const char *service, void **ret_socket,
               struct errtext *e)
{
    char endpoint[BUS_ENDPOINT];
    bool tcp;
    void *socket;
    int r = bus_endpoint(conf, service, endpoint, &tcp, e);

    if (r)
        return err_pass(r);
    socket = bus_context() ? zmq_socket(bus_context(), ZMQ_DEALER) : NULL;
    if (!socket) {
        errtext_set(e, "no ZeroMQ socket: %s", zmq_strerror(errno));
        return err_raise(-EMFILE);
    }
    dealer_options(socket);
    if (tcp)
        r = bus_curve_client(socket, conf, service, e);
    if (!r && zmq_connect(socket, endpoint) != 0) {
        errtext_set(e, "%s: %s", endpoint, zmq_strerror(errno));
        r = err_raise(-EINVAL);
    }
    if (r) {
        zmq_close(socket);
        return err_pass(r);
    }
    *ret_socket = socket;
    return 0;
}
