/* SPDX-License-Identifier: Apache-2.0 */
/* query - a query on a worker */
#pragma once
#include "common/service/task.h"

/* job.run of queries */
void query_run(struct job *job, void *worker);
