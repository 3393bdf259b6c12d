/* SPDX-License-Identifier: Apache-2.0 */
/* hongping jobs: the long work of all services, and cancelling one */
#pragma once
#include "services/cli/args.h"

int cmd_jobs(const struct args *args);
