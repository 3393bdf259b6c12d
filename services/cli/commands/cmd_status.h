/* SPDX-License-Identifier: Apache-2.0 */
/* hongping status and streams: what runs, who follows whom, how far */
#pragma once
#include "services/cli/args.h"

int cmd_status(const struct args *args);
int cmd_streams(const struct args *args);
