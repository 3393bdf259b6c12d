/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cluster_proc - running PostgreSQL's programs as the user they accept
 *
 * Not for use outside this directory.
 */
#pragma once
#include "common/db/cluster.h"

#define CLUSTER_PATH 512

struct cluster_user {
    bool change; /* false: run as we are */
    uid_t uid;
    gid_t gid;
};

/* The newest installed server's directory of programs. CLUSTER_E_NO_BINARY. */
int cluster_find_bin(char *buf, size_t size, struct errtext *e) MUST_CHECK;
/* Who runs the server of @dir: we, or if we are root the owner of @dir, or "postgres".
 * CLUSTER_E_NO_BINARY. */
int cluster_find_user(const char *dir, struct cluster_user *ret_user, struct errtext *e) MUST_CHECK;
/* Whether that user can enter every directory above @path. CLUSTER_E_UNREACHABLE. */
int cluster_can_enter(const struct cluster_user *user, const char *path,
                      struct errtext *e) MUST_CHECK;
/* Make @path (mode 0700) if absent, and give it to that user. */
int cluster_make_dir(const struct cluster_user *user, const char *path,
                     struct errtext *e) MUST_CHECK;
/*
 * Start @argv[0] (a full path) as that user in a session of its own, output appended to @log. It
 * gets SIGINT, PostgreSQL's fast shutdown, when the calling thread ends.
 */
int cluster_spawn(const struct cluster_user *user, char *const argv[], const char *log,
                  pid_t *ret_pid) MUST_CHECK;
/* The last line of @log that is not empty, after @offset; "" if there is none. */
void cluster_last_line(const char *log, long offset, char *buf, size_t size);
