/* SPDX-License-Identifier: Apache-2.0 */
/* proof - bus.GetProof, and what bus.GetState says of ledgers and seals */
#pragma once
#include "common/service/task.h"

void proof_start(struct task *t);
void proof_state(struct task *t, Hp__StateReply *reply);
