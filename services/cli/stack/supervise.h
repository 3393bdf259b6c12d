/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervise - the process that watches over a stack
 *
 * Starts PostgreSQL and the services as children, starts again what ends (after 1 s or what
 * the spec says, doubling to 30 times that; anew once it had lived for a minute), keeps stack.json
 * current, and on SIGTERM stops the gateway, then the other services, then PostgreSQL. Should it be
 * killed itself, the kernel tells its children to stop.
 */
#pragma once
#include "services/cli/stack/stack.h"

/* stack_spec with nothing left to default; the API's port may still be 0. */
struct supervise_spec {
    const char *data, *bin, *address;
    int port;
    bool manual_clock, durable;
    int restart_ms; /* 0: 1000 */
    const char *const *sets;
    int report_fd; /* gets one line: "up", or why not; then it is closed */
};

/* Until SIGTERM or SIGINT. The exit code of the process. */
int supervise(const struct supervise_spec *spec);
