/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may connect over tcp: libzmq asks at inproc://zeromq.zap.01 (RFC 27), in the same context.
 *
 * czmq's own zauth would do but for two things: it tells nobody whom it refused, and it looks at the
 * folder's times in whole seconds, so that a key replaced within one is not seen. Here the folder is
 * read at each handshake; there are as many as there are services and restarts of them.
 */
#include "common/log/log.h" /* before czmq.h, which brings names of the same kind */

#include <czmq.h>
#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/metrics/metrics.h"
#include "common/base/banned.h"

enum {
    KEY_SIZE = 32,
    KEY_TEXT = 41,
    N_TOLD = 16,
    TELL_AGAIN_S = 60,
    N_FRAMES = 7 /* version, sequence, domain, address, identity, mechanism, key */
};

struct bus_gate {
    zactor_t *auth;
    zsock_t *zap; /* the thread's, once it runs */
    char *allow;
    struct metric *refused;
    struct {
        char key[KEY_TEXT];
        int64_t until_us;
    } told[N_TOLD]; /* who was named in the log a moment ago: refused callers come back */
    size_t next_told;
};

static bool is_allowed(const struct bus_gate *gate, const char *key)
{
    zcertstore_t *store = zcertstore_new(gate->allow);
    bool found = store && zcertstore_lookup(store, key);

    zcertstore_destroy(&store);
    return found;
}

static void tell(struct bus_gate *gate, const char *address, const char *key)
{
    int64_t now = monotonic_now_us();
    size_t i;

    metric_add(gate->refused, NULL, 1);
    for (i = 0; i < N_TOLD; i++)
        if (strcmp(gate->told[i].key, key) == 0)
            break;
    if (i < N_TOLD && now < gate->told[i].until_us)
        return;
    if (i == N_TOLD)
        i = gate->next_told++ % N_TOLD;
    snprintf(gate->told[i].key, KEY_TEXT, "%s", key);
    gate->told[i].until_us = now + TELL_AGAIN_S * SECOND_US;
    log_line(LOG_WARN, "a key that is not in curve.allow was refused", "address", address, "key",
             key, NULL);
}

/* Read the question's frames; the key as text, "" when it is not the question of a CURVE client. */
static void key_of(zframe_t *frames[N_FRAMES], char ret_key[KEY_TEXT])
{
    ret_key[0] = '\0';
    if (frames[N_FRAMES - 1] && zframe_streq(frames[5], "CURVE") &&
        zframe_size(frames[6]) == KEY_SIZE)
        zmq_z85_encode(ret_key, zframe_data(frames[6]), KEY_SIZE);
}

static void answer(struct bus_gate *gate)
{
    zmsg_t *question = zmsg_recv(gate->zap), *reply;
    zframe_t *frames[N_FRAMES] = {0};
    char key[KEY_TEXT];
    bool allowed;

    if (!question)
        return;
    frames[0] = zmsg_first(question);
    for (size_t i = 1; i < N_FRAMES && frames[i - 1]; i++)
        frames[i] = zmsg_next(question);
    key_of(frames, key);
    allowed = *key && is_allowed(gate, key);
    if (!allowed && frames[3]) {
        char *address = zframe_strdup(frames[3]);

        tell(gate, address, *key ? key : "none");
        zstr_free(&address);
    }
    reply = zmsg_new();
    zmsg_addstr(reply, "1.0");
    zmsg_addmem(reply, frames[1] ? zframe_data(frames[1]) : NULL,
                frames[1] ? zframe_size(frames[1]) : 0);
    zmsg_addstr(reply, allowed ? "200" : "400");
    zmsg_addstr(reply, allowed ? "OK" : "No access");
    zmsg_addstr(reply, key);
    zmsg_addmem(reply, NULL, 0);
    zmsg_send(&reply, gate->zap);
    zmsg_destroy(&question);
}

static void run(zsock_t *pipe, void *arg)
{
    struct bus_gate *gate = arg;
    zpoller_t *poller = zpoller_new(pipe, gate->zap, NULL);

    zsock_signal(pipe, 0);
    while (poller && zpoller_wait(poller, -1) == gate->zap)
        answer(gate); /* anything from the pipe is the end */
    zpoller_destroy(&poller);
    zsock_destroy(&gate->zap);
}

int bus_gate_new(const char *allow, struct bus_gate **ret_gate, struct errtext *e)
{
    struct bus_gate *gate = calloc(1, sizeof(*gate));

    if (!gate)
        return err_raise(-ENOMEM);
    gate->refused = metric_register(METRIC_COUNTER, "hongping_bus_keys_refused_total", NULL,
                                    "Handshakes refused for a key that is not in curve.allow.");
    gate->allow = strdup(allow);
    gate->zap = zsock_new(ZMQ_REP);
    if (gate->allow && gate->zap && zsock_bind(gate->zap, "inproc://zeromq.zap.01") == 0)
        gate->auth = zactor_new(run, gate);
    if (!gate->auth) {
        errtext_set(e, "cannot start the check of client keys");
        bus_gate_free(gate);
        return err_raise(-ENOMEM);
    }
    *ret_gate = gate;
    return 0;
}

void bus_gate_free(struct bus_gate *gate)
{
    if (!gate)
        return;
    zactor_destroy(&gate->auth);
    zsock_destroy(&gate->zap); /* when the thread never ran */
    free(gate->allow);
    free(gate);
}
