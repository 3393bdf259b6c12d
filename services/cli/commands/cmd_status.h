/* SPDX-License-Identifier: Apache-2.0 */
/* hongping status: what runs, since when, how far */
#pragma once
#include "services/cli/args.h"

int cmd_status(const struct args *args);
