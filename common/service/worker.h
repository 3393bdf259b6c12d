/* SPDX-License-Identifier: Apache-2.0 */
/* worker - a worker's connection, and waiting that ends when the service stops */
#pragma once
#include "common/service/frame.h"

bool service_is_stopping(struct service *svc);
/* Worker thread: let @ms pass, or less when the service stops. */
void service_pause(struct service *svc, int64_t ms);

struct worker {
    struct service *svc;
    struct pg *pg;
    int64_t retry_us; /* monotonic: not before then is a connection tried again */
    int64_t backoff_ms;
    bool away;         /* the outage was logged */
    int saved_batches; /* so many of those to come keep savepoints (command.c) */
};
void *worker_start(void *svc);
void worker_end(void *worker);
/* The worker's connection, opened again if it broke; NULL when the database is away (waits up to
 * @wait_ms). */
struct pg *worker_pg(struct worker *w, int64_t wait_ms);
