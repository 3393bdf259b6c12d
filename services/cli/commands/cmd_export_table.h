/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_export_table - hongping export KIND FILE: a list of the registry as a table that can be imported, or its template */
#pragma once
#include "services/cli/args.h"

/* The words of a ledger's export, or of a list's. */
int cmd_export_table(const struct args *args);
