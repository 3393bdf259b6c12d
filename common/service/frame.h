/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame - what the files of this folder share: struct service
 *
 * A message becomes a task on the loop, is carried out by a worker (command.c, query.c, control.c) and
 * answered on the loop (inbox.c). What a commit leaves behind for the loop (streams that moved,
 * timers that were set) travels in a struct aftermath. Each concern has a header of its own and
 * keeps its state in a struct of its own, touched on the loop thread only.
 */
#pragma once
#include <pthread.h>

#include "common/bus/bus.h"
#include "common/db/ledger.h"
#include "common/service/service.h"
#include "frame_sql.h"

struct bus_server;
struct httpd;
struct inbox;
struct lanes;
struct streams;
struct hearers;
struct leases;
struct timers;
struct upkeep;
struct bell;
struct sealer;
struct jobs;

struct frame_settings {
    char *announce, *archive_folder, *city, *districts, *share, *clock_mode, *clock_start,
        *hear_from, *db, *schema, *log_level, *metrics, *digest, *seal_key, *seal_file, *seal_copy;
    int64_t n_workers, queue, message_days, job_days, lease_seconds;
    struct bus_conf bus;
};
extern const struct conf_key frame_keys[];
/* beside the lanes' workers: the frame's own short work; queries; what takes seconds; of those, jobs at once at most, so that
 * something is left */
enum { READERS = 2, QUERY_WORKERS = 2, SLOW_WORKERS = 4, JOBS_AT_ONCE = 2 };

/* What is known of the database without asking it for the sake of knowing. Loop thread, but for failed. */
struct health {
    int64_t looked_us, looked_at; /* monotonic, wall: when the last look came back; 0: none did */
    bool answered;                /* the look did */
    bool failed; /* any thread, atomically: a connection could not be opened since */
    bool newer;  /* the schema has additive migrations that this build does not know */
};

struct service {
    const struct service_spec *spec;
    struct frame_settings set;
    const char *conninfo, *schema;
    char **districts; /* those of the settings, then the city */
    size_t n_districts;
    char *districts_text; /* what they point into */
    uv_loop_t loop;
    uv_signal_t signals[2];
    struct clock *clock;
    int64_t latest_at; /* the latest business time in the heads at start */
    struct calendar *calendar;
    const struct sql_stmt *const *statements[2 + SERVICE_PARTS + 1]; /* ended by NULL */
    struct pg *first_pg;     /* opened by the start, taken by the first worker */
    struct uuid instance;    /* of this process */
    struct workers *workers; /* of the lanes */
    struct workers *
        readers; /* the frame's own, short: beats, looks, fetches, control; never a command or query */
    struct workers *queries; /* of the service: they may be slow, and many */
    struct workers *slow;    /* what takes seconds */
    int n_pools;             /* not closed yet */
    struct lanes *lanes;
    struct bus_server *server;
    struct bus_client *client;
    struct httpd *httpd;
    struct inbox *inbox;
    struct streams *streams;
    struct hearers *hearers;
    struct timers *timers;
    struct leases *leases;
    struct bell *bell;
    struct upkeep *upkeep;
    struct sealer *sealer; /* NULL: seals are not signed */
    struct jobs *jobs;
    uint64_t n_commands; /* carried out so far; any thread may look, atomically */
    uint64_t n_lost;     /* connections that workers lost so far; atomically */
    /* stopping: seen by workers that wait */
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool stopping;
    bool started;
    bool ending; /* service_stop was called */
    struct health health;
};

bool service_serves(const struct service *svc, const char *district);
/* Its place among the service's districts, which are in order; n_districts: it is not one of them. */
size_t service_place(const struct service *svc, const char *district);
/* Begin to stop; loop thread, once. */
void service_stop(struct service *svc);
