/* SPDX-License-Identifier: Apache-2.0 */
/* hongping up, down and the supervisor they mean */
#pragma once
#include "services/cli/args.h"

int cmd_up(const struct args *args);
int cmd_down(const struct args *args);
int cmd_supervise(const struct args *args);
