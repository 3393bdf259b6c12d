/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bus - what the files of this folder share: endpoints, keys, the packed forms
 *
 * On the wire a request is one frame from a DEALER, the packed hp.Envelope; a reply is one frame,
 * the packed hp.Reply. Nothing else is ever sent.
 */
#pragma once
#include "common/bus/client.h"

enum {
    BUS_MAX_MESSAGE = 8 * 1024 * 1024, /* bytes of a frame; a peer that sends more is cut off */
    BUS_HWM = 10000,                   /* messages queued per peer and direction */
    BUS_ENDPOINT = 256,
};

/* The process's one ZeroMQ context, czmq's own, because zauth must live in it. NULL: out of
 * descriptors or memory. */
void *bus_context(void);

/*
 * Where @service is found: its row in conf->peers, else its socket under conf->dir. ret_tcp: CURVE
 * is needed. -ENAMETOOLONG when the path is longer than a unix socket may be, -EINVAL for an
 * unreadable list; @e says which.
 */
int bus_endpoint(const struct bus_conf *conf, const char *service, char ret_endpoint[BUS_ENDPOINT],
                 bool *ret_tcp, struct errtext *e) MUST_CHECK;

/* A DEALER connected to @service; the caller closes it. */
int bus_dealer(const struct bus_conf *conf, const char *service, void **ret_socket,
               struct errtext *e) MUST_CHECK;

/* Give @socket our own key pair and, for a client, the key of @service it will talk to. */
int bus_curve_client(void *socket, const struct bus_conf *conf, const char *service,
                     struct errtext *e) MUST_CHECK;
/*
 * Make @socket a CURVE server that only the keys in conf->curve_allow may join. The gate is one
 * thread for the process; ret_gate is ended by bus_gate_free after the socket was closed.
 */
struct bus_gate;
int bus_curve_server(void *socket, const struct bus_conf *conf, struct bus_gate **ret_gate,
                     struct errtext *e) MUST_CHECK;
void bus_gate_free(struct bus_gate *gate);

/* The packed form of @message in @a. */
struct bytes bus_pack(struct arena *a, const ProtobufCMessage *message);
/* The field (a path like "actor/bindings/0/role") of the first text that is not UTF-8, in @a; NULL
 * when all are. */
const char *bus_text_fault(struct arena *a, const ProtobufCMessage *message);
/* Wait before the next repeat: grows from 300 ms to 2 s. */
int64_t bus_next_wait_ms(int64_t wait_ms);

/* Call @lost (loop thread) when a connection of @socket breaks. Free it before the socket is
 * closed. */
struct bus_monitor;
int bus_monitor_new(uv_loop_t *loop, void *socket, void (*lost)(void *arg), void *arg,
                    struct bus_monitor **ret_m) MUST_CHECK;
void bus_monitor_free(struct bus_monitor *m);
