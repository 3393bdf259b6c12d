/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cluster - a private PostgreSQL server that belongs to one stack or one test run
 *
 * Made with initdb (checksums on, UTF-8, C.UTF-8) and run as a child process. PostgreSQL refuses to run as root, so
 * as root both run as the user "postgres" (or the owner of @dir if that is another user). Listens on a
 * unix socket only. Binaries are looked for in /usr/lib/postgresql/<newest>/bin and PATH.
 */
#pragma once
#include <sys/types.h>

#include "common/base/err.h"

struct cluster_spec {
    const char *dir; /* data directory; made if absent, its parent must exist */
    const char
        *socket_dir; /* made if absent; the path must be short (a unix socket holds 107 bytes) */
    const char *log; /* file the server's log is added to, its folder must exist; NULL: <dir>.log */
    int port;        /* part of the socket's name only */
    bool durable;    /* false: fsync off, for tests of logic only */
};

enum {
    CLUSTER_E_NO_BINARY = 1, /* PostgreSQL is not installed; @e names the package */
    CLUSTER_E_UNREACHABLE, /* the user postgres cannot enter @dir's parents; @e names the first such directory */
    CLUSTER_E_FAILED, /* initdb or the server failed; @e has the last line of its log */
};

/*
 * Run initdb if @dir is empty. Here and in cluster_start a SIGTERM or SIGINT that the caller blocks ends the waiting with
 * CLUSTER_E_FAILED, nothing left running; the signal stays pending.
 */
int cluster_init(const struct cluster_spec *spec, struct errtext *e) MUST_CHECK;
/*
 * Start the server as a child (its log goes to @spec->log) and wait until it accepts connections. The child gets a fast shutdown
 * when the calling thread ends: call from one that stays. After a crash collect the old child (waitpid) first: PostgreSQL takes
 * a zombie for a running server.
 */
int cluster_start(const struct cluster_spec *spec, pid_t *ret_pid, struct errtext *e) MUST_CHECK;
/* Fast shutdown and wait for the child's end. */
int cluster_stop(pid_t pid) MUST_CHECK;
/*
 * Roles and schemas: for each of the NULL-ended @services a login role hongping_<name>, owner of the schema <name>, with no
 * rights elsewhere (and none for PUBLIC), in the database "hongping", which is made if absent. Repeatable. @superuser_conninfo as given by
 * cluster_conninfo(spec, NULL).
 */
int cluster_prepare(const struct cluster_spec *spec, const char *const *services,
                    struct errtext *e) MUST_CHECK;
/* "host=<socket_dir> port=... dbname=hongping user=hongping_<service>"; service NULL: the superuser, dbname postgres. */
void cluster_conninfo(const struct cluster_spec *spec, const char *service, char *buf, size_t size);
