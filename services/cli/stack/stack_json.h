/* SPDX-License-Identifier: Apache-2.0 */
/* stack_json - stack.json: what runs where, for the other commands */
#pragma once
#include "services/cli/stack/supervisor.h"

/* Write it as things stand. A failure is only logged: the stack itself is fine. */
void stack_json_write(const struct supervisor *sv);
