/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which end a call goes over: the route of its district, found in two tables (what answers told,
 * then the settings), and one end for each endpoint.
 */
#include "common/bus/client.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/call.h"
#include "common/loop/loop.h"
#include "common/base/banned.h"

enum { MAX_OPEN = 4096 };

struct bus_client {
    char local[BUS_ENDPOINT]; /* of bus_client_endpoint */
    uv_loop_t *loop;
    struct bus_conf conf;
    struct bus_routes *told, *set; /* by bus_client_route; by the settings */
    struct bus_end *ends;
    struct calls *calls;
    bool quiet, closing;
    bool rerouted;        /* ends may have become idle for good */
    struct errtext error; /* of the last call that had no route at all */
    char error_of[64];    /* and its service; "" for none */
    void (*closed)(void *arg);
    void *closed_arg;
};

/* ---- ends ---- */

static void on_readable(struct bus_end *end)
{
    struct bus_client *c = end->owner;

    calls_readable(c->calls, end);
}

static void on_writable(struct bus_end *end)
{
    struct bus_client *c = end->owner;

    calls_writable(c->calls, end);
}

static void on_up(struct bus_end *end)
{
    zwatch_want_write(end->watch);
}

static void on_lost(struct bus_end *end)
{
    struct bus_client *c = end->owner;

    calls_lost(c->calls, end);
}

static void on_wake(struct bus_end *end)
{
    struct bus_client *c = end->owner;

    calls_wake(c->calls, end->reopen_us);
}

static const struct bus_end_fns end_fns = {
    .readable = on_readable,
    .writable = on_writable,
    .up = on_up,
    .lost = on_lost,
    .wake = on_wake,
};

/* The end to @endpoint, opened when it is new. It is there though it cannot be opened. */
static int end_at(struct bus_client *c, const char *service, const char *endpoint,
                  struct bus_end **ret_end)
{
    struct bus_end *end;
    int r;

    for (end = c->ends; end; end = end->next)
        if (strcmp(end->endpoint, endpoint) == 0 && strcmp(end->service, service) == 0) {
            *ret_end = end;
            return end->fault ? err_raise(end->fault) : 0;
        }
    *ret_end = NULL;
    r = bus_end_new(c->loop, &c->conf, service, endpoint, &end_fns, c, &end);
    if (r)
        return err_pass(r);
    end->quiet = c->quiet;
    end->next = c->ends;
    c->ends = end;
    *ret_end = end;
    return bus_end_open(end);
}

static bool is_routed(const struct bus_client *c, const struct bus_end *end)
{
    const struct bus_routes *tables[] = {c->told, c->set};
    char local[BUS_ENDPOINT];
    const char *row;

    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (size_t i = 0; (row = bus_routes_nth(tables[t], end->service, i)); i++)
            if (strcmp(row, end->endpoint) == 0)
                return true;
    return bus_endpoint_local(c->conf.dir, end->service, local, NULL) == 0 &&
           strcmp(local, end->endpoint) == 0;
}

static void free_idle(struct bus_client *c)
{
    for (struct bus_end **at = &c->ends; *at;) {
        struct bus_end *end = *at;

        if (end->n_calls || is_routed(c, end)) {
            at = &end->next;
            continue;
        }
        *at = end->next;
        bus_end_free(end);
    }
}

/* What the ends need at a wake-up; when the next is due. */
static int64_t ends_due(void *arg, int64_t now_us)
{
    struct bus_client *c = arg;
    int64_t next_us = INT64_MAX;

    if (c->rerouted)
        free_idle(c);
    c->rerouted = false;
    for (struct bus_end *end = c->ends; end; end = end->next) {
        bus_end_tick(end, now_us);
        if (end->reopen_us < next_us)
            next_us = end->reopen_us;
    }
    return next_us;
}

/* ---- routes ---- */

/* Where @district of @service is; NULL when only a path too long leads there. */
static const char *endpoint_of(struct bus_client *c, const char *service, const char *district,
                               char local[BUS_ENDPOINT])
{
    const char *found = bus_routes_find(c->told, service, district);

    found = found ? found : bus_routes_find(c->set, service, district);
    found = found ? found : bus_routes_find(c->told, service, "");
    found = found ? found : bus_routes_find(c->set, service, "");
    if (found)
        return found;
    if (bus_endpoint_local(c->conf.dir, service, local, &c->error) != 0) {
        snprintf(c->error_of, sizeof(c->error_of), "%s", service);
        return NULL;
    }
    return local;
}

static int end_for(struct bus_client *c, const char *service, const char *district,
                   struct bus_end **ret_end)
{
    char local[BUS_ENDPOINT];
    const char *endpoint = endpoint_of(c, service, district, local);

    *ret_end = NULL;
    return endpoint ? end_at(c, service, endpoint, ret_end) : err_raise(-ENAMETOOLONG);
}

struct moving {
    struct bus_client *c;
    const char *service;
    int r; /* the first failure */
};

static struct bus_end *moved_to(void *arg, const char *district)
{
    struct moving *m = arg;
    struct bus_end *end;
    int r = end_for(m->c, m->service, district, &end);

    m->r = m->r ? m->r : r;
    return end;
}

int bus_client_route(struct bus_client *c, const char *service, const char *district,
                     const char *endpoint)
{
    struct moving m = {.c = c, .service = service};
    int r = bus_routes_set(c->told, service, district ? district : "", endpoint);

    if (r)
        return err_pass(r);
    calls_move(c->calls, service, moved_to, &m);
    c->rerouted = true; /* later: we may be in a callback of an end */
    calls_wake(c->calls, monotonic_now_us());
    return err_pass(m.r);
}

static void on_moved(void *arg, const char *service, const char *district, const char *endpoint)
{
    struct bus_client *c = arg;

    if (endpoint || bus_routes_find(c->told, service, district))
        (void)!bus_client_route(c, service, district, endpoint); /* else it stays where it is */
}

const char *bus_client_endpoint(struct bus_client *c, const char *service, const char *district)
{
    const char *endpoint = endpoint_of(c, service, district, c->local);

    return endpoint ? endpoint : "";
}

/* ---- calls ---- */

static int call_over(struct bus_client *c, struct bus_end *end, const struct call_spec *spec)
{
    if (end->n_calls >= MAX_OPEN)
        return BUS_E_FULL;
    return calls_add(c->calls, end, spec);
}

static int check_call(const struct bus_client *c, const Hp__Envelope *env)
{
    CHECK(env->has_left_ms && env->message_id.len == ID_SIZE);
    if (c->closing)
        return err_raise(-ESHUTDOWN);
    return hp__envelope__get_packed_size(env) > BUS_MAX_MESSAGE ? err_raise(-EMSGSIZE) : 0;
}

static int call_routed(struct bus_client *c, const char *service, const struct call_spec *spec)
{
    struct bus_end *end;
    int r = check_call(c, spec->env);

    if (!r)
        r = end_for(c, service, spec->env->district, &end);
    return r ? err_pass(r) : call_over(c, end, spec);
}

int bus_call(struct bus_client *c, const char *service, const Hp__Envelope *env, bus_answer_fn *fn,
             void *arg)
{
    return call_routed(c, service, &(struct call_spec){.env = env, .fn = fn, .arg = arg});
}

int bus_call_waiting(struct bus_client *c, const char *service, const Hp__Envelope *env,
                     bus_answer_fn *fn, void *arg)
{
    return call_routed(c, service,
                       &(struct call_spec){.env = env, .waiting = true, .fn = fn, .arg = arg});
}

int bus_call_at(struct bus_client *c, const char *service, const char *endpoint,
                const Hp__Envelope *env, bus_answer_fn *fn, void *arg)
{
    struct bus_end *end;
    int r = check_call(c, env);

    if (!r)
        r = bus_endpoint_check(endpoint, NULL);
    if (!r)
        r = end_at(c, service, endpoint, &end);
    return r ? err_pass(r)
             : call_over(c, end,
                         &(struct call_spec){.env = env, .pinned = true, .fn = fn, .arg = arg});
}

const char *bus_client_error(const struct bus_client *c, const char *service)
{
    for (const struct bus_end *end = c->ends; end; end = end->next)
        if (end->error.text[0] && strcmp(end->service, service) == 0)
            return end->error.text;
    return strcmp(c->error_of, service) == 0 ? c->error.text : "";
}

/* ---- from new to closed ---- */

static const struct calls_fns calls_fns = {.ends_due = ends_due, .moved = on_moved};

static void client_free(struct bus_client *c)
{
    bus_routes_free(c->told);
    bus_routes_free(c->set);
    free(c);
}

int bus_client_new(uv_loop_t *loop, const struct bus_conf *conf, struct bus_client **ret_c,
                   struct errtext *e)
{
    struct bus_client *c;
    int r;

    if (!bus_context()) {
        errtext_set(e, "ZeroMQ cannot start: %s", zmq_strerror(errno));
        return err_raise(-EMFILE);
    }
    c = calloc(1, sizeof(*c));
    if (!c)
        return err_raise(-ENOMEM);
    c->loop = loop;
    c->conf = *conf;
    r = bus_routes_new(conf->peers, &c->set, e);
    if (!r)
        r = bus_routes_new(NULL, &c->told, e);
    if (!r && !(c->calls = calls_new(loop, &calls_fns, c)))
        r = err_raise(-ENOMEM);
    if (r) {
        client_free(c);
        return err_pass(r);
    }
    *ret_c = c;
    return 0;
}

void bus_client_quiet(struct bus_client *c)
{
    c->quiet = true;
}

static void on_closed(void *arg)
{
    struct bus_client *c = arg;

    c->closed(c->closed_arg);
    client_free(c);
}

void bus_client_close(struct bus_client *c, void (*closed)(void *arg), void *arg)
{
    c->closing = true;
    c->closed = closed;
    c->closed_arg = arg;
    calls_stop(c->calls);
    while (c->ends) {
        struct bus_end *end = c->ends;

        c->ends = end->next;
        bus_end_free(end);
    }
    calls_close(c->calls, on_closed, c);
}
