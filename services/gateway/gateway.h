/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gateway - the service's settings and state
 *
 * Two halves. The handlers (accounts, sessions, files) are ordinary ones: workers, transactions.
 * The edge (edge/edge.h) is the HTTP side on the loop thread; it turns requests into messages, ours and
 * the other services'.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "services/gateway/account/password.h"

struct edge;

enum { EDGE_KEY = 32 };

struct gateway {
    /* settings; read-only after start */
    char *http_address;
    int64_t http_port;
    int64_t max_connections;
    int64_t max_streams;    /* watchers of changes */
    int64_t max_body;       /* bytes of a JSON body */
    int64_t max_upload;     /* bytes of a file */
    int64_t public_uploads; /* an hour and address */
    char *scan_command;     /* that examines uploads; "": none */
    char *data_dir;
    char *locale_dir;
    bool cookie_secure;
    struct password_cost cost;
    int64_t logins_at_once;
    int64_t session_idle_ms;
    int64_t session_absolute_ms;
    int64_t live_check_ms;
    int64_t lock_failures;
    int64_t lock_ms;
    uint8_t edge_key[EDGE_KEY]; /* edge/keyed.h; read-only after start */
    /* loop thread only */
    struct edge *edge;
};
