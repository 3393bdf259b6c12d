/* SPDX-License-Identifier: Apache-2.0 */
/* trouble - every kind there is */
#include "trouble.h"

const struct trouble troubles[N_TROUBLES + 1] = {
    {"disk full", disk_full_begin, disk_full_end, false},
    {"read only", read_only_begin, read_only_end, false},
    {"process frozen", service_frozen_begin, thaw, false},
    {"backend frozen", backend_frozen_begin, thaw, false},
    {"sessions cut", sessions_cut_begin, nothing_to_end, false},
    {"sockets cut", sockets_cut_begin, nothing_to_end, false},
    {"second instance", second_begin, second_end, true},
    {"two versions", versions_begin, versions_end, false},
    {"history set back", set_back_begin, set_back_end, false},
    {"clock step", clock_step_begin, clock_step_end, false},
    {NULL, NULL, NULL, false},
};
