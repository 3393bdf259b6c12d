/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_table - hongping table: a workbook on standard input as CSV on standard output, in a process that can do nothing else */
#pragma once
#include "services/cli/args.h"

int cmd_table(const struct args *args);
