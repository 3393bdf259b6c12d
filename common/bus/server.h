/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server - the ROUTER sockets of a service, in its loop
 *
 * Always ipc://<dir>/<service>.sock; tcp with CURVE besides when conf->listen is set. A frame that
 * cannot be a message and an answer that finds its peer gone are counted
 * (hongping_bus_dropped_total), never hidden. Loop thread only.
 */
#pragma once
#include "common/bus/client.h"

struct bus_server;

/* Where an answer goes; a plain value. */
struct bus_peer {
    void *socket;
    size_t size;
    uint8_t id[255];
};

/* One message as it came; @data is borrowed for the call. */
typedef void bus_message_fn(const struct bus_peer *from, const void *data, size_t size, void *arg);

/* Bind and listen. The folder of the ipc socket is made if absent. @e names the endpoint that
 * failed. */
int bus_server_new(uv_loop_t *loop, const struct bus_conf *conf, const char *service,
                   bus_message_fn *fn, void *arg, struct bus_server **ret_s,
                   struct errtext *e) MUST_CHECK;
/* Send a packed reply. Never blocks; what cannot be sent is counted: the peer asks again with the
 * same id. */
void bus_server_send(struct bus_server *s, const struct bus_peer *to, const void *data,
                     size_t size);
/* Count something dropped before it became a message: "frames", "envelope", "late", "gone", "slow".
 */
void bus_count_dropped(const char *why);
/* Take no more messages; answers still go out. */
void bus_server_stop(struct bus_server *s);
/* Close; answers queued get up to a second to leave. NULL is fine. */
void bus_server_free(struct bus_server *s);
