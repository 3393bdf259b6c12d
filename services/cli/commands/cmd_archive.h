/* SPDX-License-Identifier: Apache-2.0 */
/* hongping archive: a month that is over goes from every service's stream and log to files */
#pragma once
#include "services/cli/args.h"

int cmd_archive(const struct args *args);
