/* SPDX-License-Identifier: Apache-2.0 */
/* verify_walk - the two threads that walk the chains, and their pace */
#pragma once
#include "common/service/verify/verify_chains.h"

/* One of the two that walk. */
struct walker {
    struct verify *v;
    struct chain *chain;
    struct pg *pg; /* NULL: the job's, which telling may have renewed */
    bool helper;
};

bool verify_must_stop(struct verify *v);
/* Take chains and walk them until there is none left. WORK_STOPPED, TX_E_*. */
int verify_walk_chains(struct walker *w) MUST_CHECK;
/* The same, with a helper on a connection of its own. */
int verify_walk_all(struct verify *v) MUST_CHECK;
