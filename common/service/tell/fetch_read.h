/* SPDX-License-Identifier: Apache-2.0 */
/* fetch_read - what a fetch asks of the database, on a reader */
#pragma once
#include "common/service/tell/fetch.h"

/* job.run: read the streams marked so; the task's status is DONE or UNAVAILABLE. */
void fetch_run(struct job *job, void *worker);
