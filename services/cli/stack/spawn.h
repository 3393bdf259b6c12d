/* SPDX-License-Identifier: Apache-2.0 */
/* spawn - a service's process: its settings file, its log, fork and exec */
#pragma once
#include "services/cli/stack/supervisor.h"

/* Start @p, one of the services, with settings written anew; p->pid. Negative: why is in @e, nothing was started. */
int spawn_service(struct supervisor *sv, struct process *p, struct errtext *e);
