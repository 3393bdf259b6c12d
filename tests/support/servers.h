/* SPDX-License-Identifier: Apache-2.0 */
/*
 * servers - PostgreSQL servers of a test's own, which it may kill: one, and a standby that streams from it
 *
 * Both are durable, and keep their sockets in one folder under different ports. Every function ends the test with a message
 * when it cannot do its part. Call from one thread, which the servers end with.
 */
#pragma once
#include "common/db/cluster.h"

enum { SERVERS_FIRST, SERVERS_SECOND, SERVERS_MAX };
struct servers {
    char top[64], sockets[80];
    struct server {
        char data[80];
        struct cluster_spec spec;
        pid_t pid; /* 0: does not run */
    } list[SERVERS_MAX];
};

/* A first server runs, with the roles and schemas of all services. */
void servers_open(struct servers *s);
/* A second one, a copy of the first that follows it. Until it does. */
void servers_add_standby(struct servers *s);
/* From now on pg_test.h means these servers: a connection string that lists all that there are. */
void servers_use(const struct servers *s);
/* SIGKILL to a server, and its end. */
void servers_kill(struct servers *s, int i);
void servers_start(struct servers *s, int i);
/* Run @sql as the superuser of that server. */
void servers_run(const struct servers *s, int i, const char *sql);
/* Ask that server until the first value of @sql is @want. */
void servers_await(const struct servers *s, int i, const char *sql, const char *want);
/* Kill what runs, remove everything. */
void servers_close(struct servers *s);
