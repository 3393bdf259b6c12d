/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route - where a message goes: by its service and district to an endpoint
 *
 * A table of rows (service, district or "" for all of them, endpoint). An endpoint is
 * tcp://address:port or ipc:///path of a socket. Plain data: knows no sockets.
 */
#pragma once
#include "common/base/err.h"

enum { BUS_ENDPOINT = 256 /* bytes of an endpoint with its NUL */ };

struct bus_routes;

/* The rows of "service=endpoint,service@district+district=endpoint"; NULL or "" gives an empty
 * table. -EINVAL: @e names the row that cannot be read or that says a thing twice. */
int bus_routes_new(const char *peers, struct bus_routes **ret_t, struct errtext *e) MUST_CHECK;
void bus_routes_free(struct bus_routes *t); /* NULL is fine */
DEFINE_CLEANUP(struct bus_routes *, bus_routes_free)

/* The endpoint of exactly this row, NULL when there is none; lives until the row is changed. */
const char *bus_routes_find(const struct bus_routes *t, const char *service, const char *district);
/* Add or replace a row; @endpoint NULL takes it out, which is fine when there is none. -EINVAL when
 * @endpoint is none. */
int bus_routes_set(struct bus_routes *t, const char *service, const char *district,
                   const char *endpoint) MUST_CHECK;
/* The @i-th of @service's rows, those for all its districts first; NULL beyond the last. */
const char *bus_routes_nth(const struct bus_routes *t, const char *service, size_t i);

/* Whether @text can be connected to: 0, or -EINVAL and @e says what it must look like. */
int bus_endpoint_check(const char *text, struct errtext *e) MUST_CHECK;
/* Whether CURVE is needed. */
bool bus_endpoint_is_tcp(const char *endpoint);
/* The socket of @service under @dir. -ENAMETOOLONG when its path is longer than a unix socket's may
 * be; @e says so. */
int bus_endpoint_local(const char *dir, const char *service, char ret_endpoint[BUS_ENDPOINT],
                       struct errtext *e) MUST_CHECK;
