/* SPDX-License-Identifier: Apache-2.0 */
/* trouble - every kind there is */
#include "trouble.h"

/*
 * A step of the machine's clock is not among them: the stack's clock is a manual one, so that every
 * deduction's time is known; unit/base/clock_jump has that.
 */
const struct trouble troubles[N_TROUBLES + 1] = {
    {"disk full", disk_full_begin, disk_full_end, false},
    {"read only", read_only_begin, read_only_end, false},
    {"process frozen", service_frozen_begin, thaw, false},
    {"backend frozen", backend_frozen_begin, thaw, false},
    {"sessions cut", sessions_cut_begin, nothing_to_end, false},
    {"sockets cut", sockets_cut_begin, nothing_to_end, false},
    {"second instance", second_begin, second_end, true},
    {NULL, NULL, NULL, false},
};
