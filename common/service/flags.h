/* SPDX-License-Identifier: Apache-2.0 */
/* flags - the flags of a service's program */
#pragma once
#include "common/service/service.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, MAX_SETS = 64 };
struct flags {
    const char *config;
    const char *sets[MAX_SETS + 1];
    int n_sets;
    bool print_config, print_states, migrate;
};
/* -1: go on; else the exit code. */
int flags_parse(const struct service_spec *spec, int argc, char **argv, struct flags *f);
/* --print-states: the machines as Mermaid diagrams, on stdout. */
void flags_print_states(const struct service_spec *spec);
