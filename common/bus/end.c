/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/end.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/log/log.h"
#include "common/loop/loop.h"
#include "common/base/banned.h"

enum {
    FIRST_WAIT_MS = 1000,
    MAX_WAIT_MS = 4000,
    RETRIES =
        10, /* in vain over tcp, about 4 s: the name's address and the key are looked up again */
    CONNECT_MS = 3000,
};

/* ---- open and closed ---- */

static void close_socket(struct bus_end *end)
{
    bus_monitor_free(TAKE(end->monitor));
    if (end->watch)
        zwatch_close(TAKE(end->watch));
    if (end->socket)
        zmq_close(TAKE(end->socket));
}

static void lose(struct bus_end *end)
{
    if (!end->up)
        return;
    end->up = false;
    end->fns->lost(end);
}

static void plan(struct bus_end *end)
{
    int64_t wait_ms = (int64_t)FIRST_WAIT_MS << (end->n_refused < 2 ? end->n_refused : 2);

    if (wait_ms > MAX_WAIT_MS)
        wait_ms = MAX_WAIT_MS;
    /* spread, so that those turned away together do not come back together */
    wait_ms += randombytes_uniform((uint32_t)wait_ms / 2);
    end->n_refused++;
    end->reopen_us = monotonic_now_us() + wait_ms * 1000;
    end->fns->wake(end);
}

static void on_readable(struct zwatch *watch, void *arg)
{
    struct bus_end *end = arg;

    (void)watch;
    end->fns->readable(end);
}

static void on_writable(struct zwatch *watch, void *arg)
{
    struct bus_end *end = arg;

    (void)watch;
    end->fns->writable(end);
}

static void on_event(uint16_t event, uint32_t value, void *arg);

static int open_socket(struct bus_end *end)
{
    struct errtext *e = &end->error;
    int r = bus_socket(ZMQ_DEALER, &end->socket, e);

    if (r)
        return err_pass(r);
    /* IMMEDIATE: nothing is queued for a peer that is not there; the caller keeps it and knows. */
    CHECK(bus_set_int(end->socket, ZMQ_IMMEDIATE, 1) == 0);
    CHECK(bus_set_int(end->socket, ZMQ_LINGER, 0) == 0);
    CHECK(bus_set_int(end->socket, ZMQ_RECONNECT_IVL, 20) == 0);
    CHECK(bus_set_int(end->socket, ZMQ_RECONNECT_IVL_MAX, 500) == 0);
    CHECK(bus_set_int(end->socket, ZMQ_CONNECT_TIMEOUT, CONNECT_MS) == 0);
    if (bus_endpoint_is_tcp(end->endpoint))
        r = bus_curve_client(end->socket, end->conf, end->service, e);
    if (r)
        return err_pass(r);
    r = err_fold(zwatch_new(end->loop, end->socket, on_readable, on_writable, end, &end->watch));
    if (!r) /* before the connection, so that it hears of the first handshake */
        r = bus_monitor_new(end->loop, end->socket, on_event, end, &end->monitor);
    if (r) {
        errtext_set(e, "%s cannot be watched: %s", end->endpoint, strerror(-r));
        return err_pass(r);
    }
    if (zmq_connect(end->socket, end->endpoint) != 0) {
        errtext_set(e, "%s: %s", end->endpoint, zmq_strerror(errno));
        return err_raise(-EINVAL);
    }
    return 0;
}

int bus_end_open(struct bus_end *end)
{
    int r;

    if (end->socket)
        return 0;
    end->n_retried = 0;
    r = end->fault = open_socket(end);
    if (r) {
        close_socket(end);
        if (end->reopen_us == INT64_MAX)
            plan(end);
        return err_pass(r);
    }
    end->reopen_us = INT64_MAX;
    return 0;
}

/* ---- what becomes of the connection ---- */

static void explain(struct bus_end *end, uint16_t event, uint32_t value)
{
    struct errtext *e = &end->error;

    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
        errtext_set(e, "%s at %s refuses our key (%u): it is not in its curve.allow", end->service,
                    end->endpoint, value);
    else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)
        errtext_set(e, "%s at %s does not speak as we do (0x%x)", end->service, end->endpoint,
                    value);
    else if (bus_endpoint_is_tcp(end->endpoint))
        errtext_set(
            e,
            "%s at %s ends the handshake: it is not the key of its certificate here, or it stopped",
            end->service, end->endpoint);
    else
        errtext_set(e, "%s at %s ends the handshake", end->service, end->endpoint);
}

/*
 * A first failure may be a peer that just stops, and libzmq tries again by itself: the socket is
 * left open until the wait is over. From the second on it is closed: with a wrong key libzmq would
 * knock thirty times a second.
 */
static void refused(struct bus_end *end, uint16_t event, uint32_t value)
{
    explain(end, event, value);
    lose(end);
    if (end->reopen_us == INT64_MAX)
        plan(end);
    if (end->n_refused > 1)
        close_socket(end);
}

/* Nobody is there. A name may have got another address, and who comes may come with another key. */
static void retried(struct bus_end *end)
{
    if (!end->error.text[0])
        errtext_set(&end->error, "%s at %s does not answer", end->service, end->endpoint);
    if (++end->n_retried < RETRIES || !bus_endpoint_is_tcp(end->endpoint) ||
        end->reopen_us != INT64_MAX)
        return;
    end->reopen_us = monotonic_now_us();
    end->fns->wake(end);
}

static void succeeded(struct bus_end *end)
{
    if (end->logged.text[0] && !end->quiet)
        log_line(LOG_INFO, "a peer is reached again", "peer", end->service, "endpoint",
                 end->endpoint, NULL);
    end->error.text[0] = end->logged.text[0] = '\0';
    end->n_refused = end->n_retried = 0;
    end->reopen_us = INT64_MAX;
    lose(end); /* never without its event, but what was under way before is of no use */
    end->up = true;
    end->fns->up(end);
}

static void on_event(uint16_t event, uint32_t value, void *arg)
{
    struct bus_end *end = arg;

    switch (event) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        succeeded(end);
        break;
    case ZMQ_EVENT_DISCONNECTED:
        lose(end);
        break;
    case ZMQ_EVENT_CONNECT_RETRIED:
        retried(end);
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
        refused(end, event, value);
        break;
    default:
        break;
    }
}

/* Once for each reason: it is tried again every few seconds. */
static void log_error(struct bus_end *end)
{
    if (end->quiet || strcmp(end->error.text, end->logged.text) == 0)
        return;
    end->logged = end->error;
    log_line(LOG_WARN, "a peer cannot be reached", "peer", end->service, "endpoint", end->endpoint,
             "why", end->error.text, NULL);
}

void bus_end_tick(struct bus_end *end, int64_t now_us)
{
    if (now_us < end->reopen_us)
        return;
    if (end->n_refused)
        log_error(end);
    end->reopen_us = INT64_MAX;
    lose(end);
    close_socket(end);
    if (bus_end_open(end) != 0)
        log_error(end); /* and it is planned again */
}

/* ---- from new to free ---- */

int bus_end_new(uv_loop_t *loop, const struct bus_conf *conf, const char *service,
                const char *endpoint, const struct bus_end_fns *fns, void *owner,
                struct bus_end **ret_end)
{
    struct bus_end *end = calloc(1, sizeof(*end));

    if (!end)
        return err_raise(-ENOMEM);
    *end = (struct bus_end){.loop = loop,
                            .conf = conf,
                            .fns = fns,
                            .owner = owner,
                            .reopen_us = INT64_MAX,
                            .service = strdup(service),
                            .endpoint = strdup(endpoint)};
    if (!end->service || !end->endpoint) {
        bus_end_free(end);
        return err_raise(-ENOMEM);
    }
    *ret_end = end;
    return 0;
}

void bus_end_free(struct bus_end *end)
{
    if (!end)
        return;
    close_socket(end);
    free(end->service);
    free(end->endpoint);
    free(end);
}
