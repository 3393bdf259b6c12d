/* SPDX-License-Identifier: Apache-2.0 */
/* hongping snapshot: what a service made by hearing goes to a file, or a new one begins with it */
#pragma once
#include "services/cli/args.h"

int cmd_snapshot(const struct args *args);
