/* SPDX-License-Identifier: Apache-2.0 */
/* verify - bus.Verify, and the job of that name */
#pragma once
#include "common/service/task.h"

struct work;

void verify_start(struct task *t);
int verify_job(struct work *w);
