/* SPDX-License-Identifier: Apache-2.0 */
/* jobs - which of the jobs (job.h) this instance carries out */
#pragma once
#include "common/service/frame.h"

struct job_kind;

int jobs_new(struct service *svc) MUST_CHECK;
void jobs_start(struct service *svc);
/* No job is begun any more; those under way end at their next step and are taken up again after the restart. */
void jobs_stop(struct service *svc);
void jobs_free(struct service *svc);
/* Loop thread: there may be one to take. */
void jobs_kick(struct service *svc);
/* NULL: this build has none of that name. */
const struct job_kind *job_kind_for(const struct service *svc, const char *name);
