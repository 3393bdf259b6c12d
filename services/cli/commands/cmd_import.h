/* SPDX-License-Identifier: Apache-2.0 */
/* hongping import: CSV files through the HTTP API, as the account that may import them */
#pragma once
#include "services/cli/args.h"

int cmd_import(const struct args *args);
