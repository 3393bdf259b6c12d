/* SPDX-License-Identifier: Apache-2.0 */
/* hongping verify and states: what the services say about themselves */
#pragma once
#include "services/cli/args.h"

int cmd_verify(const struct args *args);
int cmd_states(const struct args *args);
