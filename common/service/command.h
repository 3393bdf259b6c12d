/* SPDX-License-Identifier: Apache-2.0 */
/* command - commands of a district on a worker, one by one or several in one transaction */
#pragma once
#include "common/service/task.h"
#include "common/service/worker.h"

/* Carry out 1..LANE_BATCH commands of one district, those of @turn; each gets its outcome. What the commits left is in the
 * aftermath of the first one or its own. Returns how many, the rest wait on in the lane: fewer when one waited for a lock in vain
 * (*ret_held), so that a district that is held keeps a worker for two such waits and not for a whole batch of them; none when something
 * went wrong and the turn overlaps. */
size_t commands_run(struct task *const *tasks, size_t n, struct worker *w, struct lane_turn *turn,
                    bool *ret_held) MUST_CHECK;
