/* SPDX-License-Identifier: Apache-2.0 */
/* export_job - the job export: rows of a ledger and the seals over them, as they stand, to a file */
#pragma once
#include "common/service/job/job.h"

int export_job(struct work *work) MUST_CHECK;
/* struct job_kind: refuses what can be known to be wrong before it begins. */
bool export_admit_job(struct task *t, struct pg *pg, struct bytes args, int *ret_r);
