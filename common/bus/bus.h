/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bus - what the files of this folder share: sockets, keys, the packed forms
 *
 * On the wire a request is one frame from a DEALER, the packed hp.Envelope; a reply is one frame,
 * the packed hp.Reply. Nothing else is ever sent.
 */
#pragma once
#include "common/bus/client.h"
#include "common/bus/route.h"

enum {
    BUS_MAX_MESSAGE = 8 * 1024 * 1024, /* bytes of a frame; a peer that sends more is cut off */
    BUS_HWM = 10000,                   /* messages queued per peer and direction */
};

/* The process's one ZeroMQ context, czmq's own. NULL: out of descriptors or memory. */
void *bus_context(void);

/*
 * A socket of @type (ZMQ_DEALER, ZMQ_ROUTER) with the limits and the heart-beat that both sides
 * keep: a peer that is silent for 10 to 15 s is taken for gone by either. Not yet connected or
 * bound; the caller closes it.
 */
int bus_socket(int type, void **ret_socket, struct errtext *e) MUST_CHECK;
int bus_set_int(void *socket, int option, int value);

/*
 * Read our own key pair and the key of @service, as they lie on the disk now, and give them to
 * @socket, which is about to be connected; bus_curve_check only reads. @e names the setting or the
 * file.
 */
int bus_curve_client(void *socket, const struct bus_conf *conf, const char *service,
                     struct errtext *e) MUST_CHECK;
int bus_curve_check(const struct bus_conf *conf, const char *service, struct errtext *e) MUST_CHECK;
/*
 * Make @socket a CURVE server that only the keys in conf->curve_allow may join. ret_gate is ended
 * by bus_gate_free after the socket was closed.
 */
struct bus_gate;
int bus_curve_server(void *socket, const struct bus_conf *conf, struct bus_gate **ret_gate,
                     struct errtext *e) MUST_CHECK;
/*
 * The check of client keys, a thread; one in a process. A key is allowed while its certificate is
 * in the folder @allow, which is read at every handshake. One that is not is counted
 * (hongping_bus_keys_refused_total) and named in the log with the caller's address, at most once a
 * minute.
 */
int bus_gate_new(const char *allow, struct bus_gate **ret_gate, struct errtext *e) MUST_CHECK;
void bus_gate_free(struct bus_gate *gate); /* NULL is fine */

/* How long the sender of @env waits, from when it is sent; in milliseconds, kept within what the field holds. */
void bus_set_left(Hp__Envelope *env, int64_t ms);
/* What the receiver of @env believes of it, in milliseconds: whoever sends more does not hold a place here for weeks. */
enum {
    BUS_LEFT_MAX_MS = 10 * 60 * 1000 /* the longest that callers of ours wait: for a rebuild */
};
int64_t bus_left_ms(const Hp__Envelope *env);
/* Set it in an envelope that was packed with a time left. */
void bus_patch_left(uint8_t *data, size_t size, int64_t ms);
/* Whether two are one message sent twice: they differ in the time left alone. */
bool bus_is_repeat(const Hp__Envelope *a, const Hp__Envelope *b);
/* The packed form of @message in @a. */
struct bytes bus_pack(struct arena *a, const ProtobufCMessage *message);
/* The field (a path like "actor/bindings/0/role") of the first text that is not UTF-8, in @a; NULL
 * when all are. */
const char *bus_text_fault(struct arena *a, const ProtobufCMessage *message);
/* Wait before the next repeat: grows from 300 ms to 2 s. */
int64_t bus_next_wait_ms(int64_t wait_ms);

/* Leave the log to others: what keeps a peer away is only told by bus_client_error. */
void bus_client_quiet(struct bus_client *c);

/*
 * Hear (loop thread) of a socket's connection: ZMQ_EVENT_DISCONNECTED, _CONNECT_RETRIED,
 * _HANDSHAKE_SUCCEEDED and _HANDSHAKE_FAILED_*, with libzmq's value. Made before the socket is
 * connected; freed before it is closed, which @fn may do.
 */
struct bus_monitor;
typedef void bus_monitor_fn(uint16_t event, uint32_t value, void *arg);
int bus_monitor_new(uv_loop_t *loop, void *socket, bus_monitor_fn *fn, void *arg,
                    struct bus_monitor **ret_m) MUST_CHECK;
void bus_monitor_free(struct bus_monitor *m); /* NULL is fine */
