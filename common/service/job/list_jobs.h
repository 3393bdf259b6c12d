/* SPDX-License-Identifier: Apache-2.0 */
/* list_jobs - bus.StartJob, bus.ListJobs, bus.CancelJob */
#pragma once
#include "common/service/task.h"

void start_job_start(struct task *t);
void list_jobs_start(struct task *t);
void cancel_job_start(struct task *t);
