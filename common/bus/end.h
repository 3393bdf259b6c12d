/* SPDX-License-Identifier: Apache-2.0 */
/*
 * end - the client's end of a connection: one socket to one endpoint of a service
 *
 * libzmq connects again by itself after a break. It does not after a refusal, and it never reads a
 * certificate twice: so an end whose handshake failed is closed and opened anew, with the keys as
 * they then lie on the disk, after 1 to 6 s (growing, spread). Loop thread only.
 */
#pragma once
#include "common/bus/bus.h"

struct bus_end;
struct bus_end_fns {
    void (*readable)(struct bus_end *end); /* take one message with ZMQ_DONTWAIT, if there is one */
    void (*writable)(struct bus_end *end); /* after zwatch_want_write(end->watch) */
    void (*up)(struct bus_end *end);       /* connected and agreed: end->up is set */
    void (*lost)(struct bus_end *end); /* the connection is gone with what was under way on it */
    void (*wake)(struct bus_end *end); /* bus_end_tick is due at end->reopen_us */
};
struct bus_end {
    struct bus_end *next; /* the owner's list */
    void *owner;
    const struct bus_end_fns *fns;
    uv_loop_t *loop;
    const struct bus_conf *conf;
    char *service, *endpoint;
    void *socket; /* NULL: closed until reopen_us */
    struct zwatch *watch;
    struct bus_monitor *monitor;
    bool up;
    bool quiet;            /* log nothing */
    int fault;             /* what the last bus_end_open answered, if negative */
    int n_calls;           /* the owner's */
    int64_t reopen_us;     /* monotonic; INT64_MAX: as it is, it is well or libzmq tries */
    int n_refused;         /* openings that ended with a refusal since it was last up */
    int n_retried;         /* connections tried in vain since it was opened */
    struct errtext error;  /* why it is not up; "" when it is, or nothing is known yet */
    struct errtext logged; /* the error last logged since it was up */
};

/* A closed end; service and endpoint are copied, the rest is borrowed. */
int bus_end_new(uv_loop_t *loop, const struct bus_conf *conf, const char *service,
                const char *endpoint, const struct bus_end_fns *fns, void *owner,
                struct bus_end **ret_end) MUST_CHECK;
/* Fine in its own callbacks. Calls none of them. NULL is fine. */
void bus_end_free(struct bus_end *end);
/*
 * Open it if it is closed, reading the keys. On failure it stays closed, end->error says why (-EINVAL:
 * a setting, a certificate, the endpoint; -EMFILE; -ENOMEM), and it will be tried again.
 */
int bus_end_open(struct bus_end *end) MUST_CHECK;
/* Open it anew if that is due at @now_us (monotonic). */
void bus_end_tick(struct bus_end *end, int64_t now_us);
