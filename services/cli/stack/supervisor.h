/* SPDX-License-Identifier: Apache-2.0 */
/* supervisor - the processes of a stack as the one that watches them knows them; for supervise, spawn and stack_json alone */
#pragma once
#include <sys/types.h>

#include "common/db/cluster.h"
#include "services/cli/stack/supervise.h"

enum {
    N_PROCESSES = 1 + STACK_N_SERVICES, /* PostgreSQL first */
    POSTGRESQL = 0,
    GATEWAY = STACK_N_SERVICES,
};

enum process_state { STOPPED, RUNNING, WAITING };

struct process {
    const char *name;
    enum process_state state;
    pid_t pid;
    int64_t since_at;   /* wall time of the last change */
    int64_t started_us; /* monotonic */
    int64_t retry_us;   /* monotonic, when WAITING */
    int64_t backoff_ms;
    int restarts;
    int metrics_port;
};

struct supervisor {
    const struct supervise_spec *spec;
    struct cluster_spec cluster;
    char pg[STACK_PATH], pg_log[STACK_PATH];
    char *socket_dir;
    int port;
    int64_t started_at;
    struct process all[N_PROCESSES];
};
