/* SPDX-License-Identifier: Apache-2.0 */
/* hongping demo: the stack around a scenario of deploy/scenarios */
#pragma once
#include "services/cli/args.h"

int cmd_demo(const struct args *args);
