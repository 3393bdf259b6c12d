/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fsm - state machines as rows
 *
 * A machine is a table of edges, each with its reason. States and events are the words stored in
 * the database and shown in the API. The diagrams in docs/states.md are printed from these rows.
 */
#pragma once
#include "common/base/str.h"

struct fsm_edge {
    const char *from, *on, *to, *why;
};
struct fsm {
    const char *name;             /* "notice" */
    const char *start;            /* the state a new one begins in */
    const struct fsm_edge *edges; /* ended by a row whose from is NULL */
};
#define FSM_END \
    { \
        NULL, NULL, NULL, NULL \
    }

/* The edge for @on in @from, NULL when the machine forbids it. */
const struct fsm_edge *fsm_edge_for(const struct fsm *machine, const char *from, const char *on);
/* The state it comes to, for steps that only our own order of work can ask for (CHECK). */
const char *must_step(const struct fsm *machine, const char *from, const char *on);
/* A faulty table: unreachable state, doubled edge, empty reason. NULL when sound, else what is wrong (static text). */
const char *fsm_fault(const struct fsm *machine);
/* A mermaid stateDiagram-v2 with the reasons as labels. */
void fsm_print(const struct fsm *machine, struct str *out);
