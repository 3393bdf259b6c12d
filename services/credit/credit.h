/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit - what the service's files share: its state
 */
#pragma once
#include "services/credit/rules.h"

struct credit {
    char *rules_path;          /* setting credit.rules; "" is the shipped file */
    struct arena *arena;       /* of the rules, from start to end */
    const struct rules *rules; /* read-only after start */
};
