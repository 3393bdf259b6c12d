/* SPDX-License-Identifier: Apache-2.0 */
/* hongping clock: show and move the manual clock */
#pragma once
#include "services/cli/args.h"

int cmd_clock(const struct args *args);
