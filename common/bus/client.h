/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client - asking another service over ZeroMQ, safely repeated
 *
 * A call is sent at once and again (same message id) while no reply came, when the service said BUSY
 * or UNAVAILABLE, and after its socket reconnected, until the deadline: the service executes it once
 * whatever happens. The callback is called exactly once.
 */
#pragma once
#include <uv.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "envelope.pb-c.h"

/* Where services are found and how one proves who one is. */
struct bus_conf {
    char *dir;           /* ipc sockets: ipc://<dir>/<service>.sock */
    char *peers;         /* "scoring=tcp://10.0.0.2:7301,intake=..." for those not under dir; "" for none */
    char *listen;        /* tcp://address:port to listen on besides ipc; "" for none; CURVE is then always on */
    char *curve_secret;  /* file with this service's CURVE key pair (czmq certificate); needed with tcp */
    char *curve_allow;   /* directory of the public keys allowed to connect */
    char *curve_servers; /* directory of the servers' public keys, <service>.cert */
};

/* ---- in a loop (services) ---- */
struct bus_client;
struct bus_answer {
    const Hp__Reply *reply; /* NULL when the deadline passed without one: outcome unknown, repeat with the same id */
    struct arena *arena;    /* of the reply; ends after the callback */
};
typedef void bus_answer_fn(const struct bus_answer *answer, void *arg);

int bus_client_new(uv_loop_t *loop, const struct bus_conf *conf, struct bus_client **ret_c, struct errtext *e) MUST_CHECK;
void bus_client_close(struct bus_client *c, void (*closed)(void *arg), void *arg);
enum { BUS_E_FULL = 1 /* too many calls open to that service: the caller answers BUSY */ };
/* Send @env to @service; encoded at once, the caller keeps @env. env->deadline_at must be set. */
int bus_call(struct bus_client *c, const char *service, const Hp__Envelope *env, bus_answer_fn *fn, void *arg) MUST_CHECK;

/* ---- blocking (the command line, tests) ---- */
struct bus_link; /* one thread */
int bus_link_new(const struct bus_conf *conf, struct bus_link **ret_l, struct errtext *e) MUST_CHECK;
void bus_link_free(struct bus_link *l);
DEFINE_CLEANUP(struct bus_link *, bus_link_free)
enum { BUS_E_TIMEOUT = 1 };
/* Ask and wait, repeating as bus_call does. @ret_reply lives in @a. */
int bus_ask(struct bus_link *l, struct arena *a, const char *service, const Hp__Envelope *env, Hp__Reply **ret_reply) MUST_CHECK;
/* An envelope with a new id, district, packed @message, sent now, deadline in @timeout_ms; in @a. */
Hp__Envelope *bus_envelope(struct arena *a, const char *type, const char *district, const ProtobufCMessage *message, int64_t timeout_ms);
