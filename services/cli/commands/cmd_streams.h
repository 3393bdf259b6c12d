/* SPDX-License-Identifier: Apache-2.0 */
/* hongping streams: who follows whom, how far; retry, skip and rejoin what stands still */
#pragma once
#include "services/cli/args.h"

int cmd_streams(const struct args *args);
