/* SPDX-License-Identifier: Apache-2.0 */
/* hongping lint: programme and scenario files */
#pragma once
#include "services/cli/args.h"

int cmd_lint(const struct args *args);
