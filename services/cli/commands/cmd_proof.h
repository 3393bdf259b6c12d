/* SPDX-License-Identifier: Apache-2.0 */
/* hongping proof: a row of a ledger, its seal and the signature over it, for somebody else */
#pragma once
#include "services/cli/args.h"

int cmd_proof(const struct args *args);
