/* SPDX-License-Identifier: Apache-2.0 */
/* hongping calendar and check: what needs no stack */
#pragma once
#include "services/cli/args.h"

int cmd_calendar(const struct args *args);
int cmd_check(const struct args *args);
