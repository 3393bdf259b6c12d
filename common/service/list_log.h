/* SPDX-License-Identifier: Apache-2.0 */
/* list_log - bus.ListLog */
#pragma once
#include "common/service/task.h"

void list_log_start(struct task *t);
