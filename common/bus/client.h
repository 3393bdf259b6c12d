/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client - asking another service over ZeroMQ, safely repeated
 *
 * A call is sent at once and again (same message id) while no reply came, when the service said BUSY
 * or UNAVAILABLE, and after its socket reconnected, until the deadline: the service executes it once
 * whatever happens. The callback is called exactly once.
 *
 * Where a call goes is decided by its service and its envelope's district. Calls to one endpoint
 * share one connection. A connection that was refused or could not be opened is tried again every
 * few seconds, with the certificates as they then are; calls wait for it meanwhile.
 */
#pragma once
#include <uv.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "envelope.pb-c.h"

/* Where services are found and how one proves who one is. Strings are borrowed. */
struct bus_conf {
    char *dir; /* ipc sockets: ipc://<dir>/<service>.sock */
    /*
     * Those not under dir, in rows "service=endpoint" or "service@district+district=endpoint", comma-separated:
     * "scoring=tcp://10.0.0.2:7301,scoring@310104+310105=tcp://10.0.0.3:7301,intake@310109=ipc:///run/b/intake.sock".
     * The row that names the district wins, then the service's, then the socket under dir. "" or NULL for none.
     */
    char *peers;
    char *
        listen; /* tcp://address:port to listen on besides ipc; "" for none; CURVE is then always on */
    char *
        curve_secret; /* file with this service's CURVE key pair (czmq certificate); needed with tcp */
    char *curve_allow; /* directory of the public keys allowed to connect */
    char *
        curve_servers; /* directory of the servers' public keys, <service>.cert; instances of a service share one key */
};

/*
 * Look at all that is needed to reach @services (@n names), before the first message: the rows of
 * bus.peers, and for what is reached over tcp the certificates. -EINVAL, -ENAMETOOLONG: @e names the
 * setting, row or file that is wrong. Connects to nobody.
 */
int bus_check_peers(const struct bus_conf *conf, const char *const *services, size_t n,
                    struct errtext *e) MUST_CHECK;

struct bus_endpoints {
    const char *const *items;
    size_t n;
};
/*
 * Every endpoint of @service by the settings, each once, at least one; in @a. For what every instance must be asked (see
 * bus_ask_at). The socket under dir is among them when no row stands for the whole service and it is there, or nothing
 * else is. Faults as bus_check_peers.
 */
int bus_endpoints(const struct bus_conf *conf, const char *service, struct arena *a,
                  struct bus_endpoints *ret_list, struct errtext *e) MUST_CHECK;

/* ---- in a loop (services) ---- */
struct bus_client;
struct bus_answer {
    const Hp__Reply *
        reply; /* NULL when the deadline passed without one: outcome unknown, repeat with the same id */
    struct arena *arena; /* of the reply; ends after the callback */
};
typedef void bus_answer_fn(const struct bus_answer *answer, void *arg);

/* @conf outlives the client. -EINVAL: bus.peers cannot be read, @e says where. */
int bus_client_new(uv_loop_t *loop, const struct bus_conf *conf, struct bus_client **ret_c,
                   struct errtext *e) MUST_CHECK;
void bus_client_close(struct bus_client *c, void (*closed)(void *arg), void *arg);
enum { BUS_E_FULL = 1 /* too many calls open to that endpoint: the caller answers BUSY */ };
/*
 * Send @env to @service; encoded at once, the caller keeps @env. env->left_ms must be set. Negative: not sent and
 * @fn is not called; -EMSGSIZE it is too large, otherwise bus_client_error has the sentence (a setting or a certificate
 * is wrong; it is looked at again every few seconds).
 */
int bus_call(struct bus_client *c, const char *service, const Hp__Envelope *env, bus_answer_fn *fn,
             void *arg) MUST_CHECK;
/*
 * As bus_call, for a question the service answers when it has something to say (bus.Fetch): once sent it is not repeated
 * by the clock, only when its connection broke, it was rerouted, or the service said BUSY or UNAVAILABLE. A peer that is
 * silently gone is noticed within 15 s by the heart-beat. An answer that the service had to drop, its queue to us being
 * full, is missed until the deadline: give it one of seconds, not of minutes.
 */
int bus_call_waiting(struct bus_client *c, const char *service, const Hp__Envelope *env,
                     bus_answer_fn *fn, void *arg) MUST_CHECK;
/* As bus_call, to the instance of @service at @endpoint (one of bus_endpoints), whatever the district; never rerouted.
 * -EINVAL when @endpoint is none. */
int bus_call_at(struct bus_client *c, const char *service, const char *endpoint,
                const Hp__Envelope *env, bus_answer_fn *fn, void *arg) MUST_CHECK;
/*
 * From now on @district of @service (NULL: all districts that have no row of their own) is at @endpoint, whatever the
 * settings say; NULL forgets that again. For an answer that says a district has moved. Fine in an answer's callback.
 *
 * Open calls whose endpoint changes by it are sent at once to the new one, with the same id; an answer that the old one
 * still gives to them is dropped. Calls for other districts stay on the old connection, which is closed when no row names it
 * and no call uses it.
 *
 * The client itself follows an answer that names another instance as the district's leader, and forgets that again when no
 * answer comes in time.
 *
 * -EINVAL: @endpoint is none, nothing changed. Other negatives (the new connection cannot be opened) as from bus_call;
 * the route holds and the calls wait.
 */
int bus_client_route(struct bus_client *c, const char *service, const char *district,
                     const char *endpoint) MUST_CHECK;
/* Where messages of @district to @service go now; "" when only a path too long leads there. Valid until a route changes. */
const char *bus_client_endpoint(struct bus_client *c, const char *service, const char *district);
/*
 * Why @service is not reached now, one sentence for a person that names the setting, the certificate or the refusal;
 * "" when nothing is known against it. Valid until the next call into @c or turn of its loop.
 */
const char *bus_client_error(const struct bus_client *c, const char *service);

/* ---- blocking (the command line, tests) ---- */
struct bus_link; /* one thread */
/* As bus_client_new; logs nothing. */
int bus_link_new(const struct bus_conf *conf, struct bus_link **ret_l,
                 struct errtext *e) MUST_CHECK;
void bus_link_free(struct bus_link *l);
DEFINE_CLEANUP(struct bus_link *, bus_link_free)
enum { BUS_E_TIMEOUT = 1 };
/* Ask and wait, repeating as bus_call does. @ret_reply lives in @a. BUS_E_TIMEOUT: the deadline passed without an answer;
 * negative as bus_call. bus_link_error may have the reason of both. */
int bus_ask(struct bus_link *l, struct arena *a, const char *service, const Hp__Envelope *env,
            Hp__Reply **ret_reply) MUST_CHECK;
/* As bus_ask, to one instance: see bus_call_at. */
int bus_ask_at(struct bus_link *l, struct arena *a, const char *service, const char *endpoint,
               const Hp__Envelope *env, Hp__Reply **ret_reply) MUST_CHECK;
/* As bus_client_error. */
const char *bus_link_error(const struct bus_link *l, const char *service);
/* An envelope with a new id, district, packed @message, sent now, deadline in @timeout_ms; in @a. */
Hp__Envelope *bus_envelope(struct arena *a, const char *type, const char *district,
                           const ProtobufCMessage *message, int64_t timeout_ms);
