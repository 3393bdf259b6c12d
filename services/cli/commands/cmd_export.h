/* SPDX-License-Identifier: Apache-2.0 */
/* hongping export: rows of a ledger and their seals, as they stand, to a file that hongping-verify checks */
#pragma once
#include "services/cli/args.h"

int cmd_export(const struct args *args);
