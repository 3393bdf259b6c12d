/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route - which row of the API table an address means
 */
#pragma once
#include "common/base/arena.h"
#include "proto/api.h"

#define API_PREFIX "/api/v1/districts/"
enum { ROUTE_PARAMS_MAX = 4 };

struct route_match {
    const struct api_row *row;
    const char *district;
    struct {
        const char *name, *value;
    } params[ROUTE_PARAMS_MAX];
    size_t n_params;
    bool head;         /* HEAD where the row says GET */
    const char *allow; /* ROUTE_E_METHOD: what the address takes, "GET, HEAD, POST" */
};

enum {
    ROUTE_E_UNKNOWN = 1, /* no row has this path, or an escape in it is broken */
    ROUTE_E_METHOD,      /* it has, with other methods: allow */
};
/*
 * Match a path as it came ("/api/v1/districts/310105/notices/0196...?" without the query). Segments
 * are percent-decoded here, after splitting, so that an escaped slash stays within its segment. A
 * literal segment wins over a parameter. In @a.
 */
int route_match(struct arena *a, const char *method, const char *path,
                struct route_match *ret_match) MUST_CHECK;

/*
 * Whether @row makes a new thing: a POST onto the address where such things are listed, or below
 * which one is read. *ret_read: the row that reads one, "<path>/{name}", else NULL.
 */
bool route_makes(const struct api_row *row, const struct api_row **ret_read);
/* The name in the braces that end a path, "notice_id". In @a. */
const char *route_last_param(struct arena *a, const char *path);

/* Percent-decode @size bytes; NULL for a broken escape, a NUL or text that is not UTF-8. */
char *percent_decode(struct arena *a, const char *text, size_t size);
/* Append @text percent-encoded for use in a query value. */
struct str;
void percent_encode(struct str *out, const char *text);
