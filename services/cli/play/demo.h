/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo - what a demonstration is given and what it hands back
 *
 * cmd_demo.c sees to the stack (a throw-away one, or the running one with --here) and to the files;
 * a demonstration (demo_<name>.c) plays its scenario through the HTTP API and moves the clock with
 * advance.h.
 */
#pragma once
#include <jansson.h>

#include "services/cli/talk/advance.h"
#include "services/cli/talk/api_client.h"

struct demo {
    const struct stack *stack;
    struct operator *op; /* for the accounts the scenario needs, and for the clock */
    struct api *api;     /* of the demonstration's district */
    const char *share;   /* folder of shipped data: programmes/, calendars/ */
    FILE *out;           /* the readable timeline and lists go here, as they come about */
    json_t *result;      /* out: an object, filled as the contract of `demo --json` says */
};
struct demo_row {
    const char *name;      /* "changning-property-2023" */
    const char *district;  /* "310105" */
    const char *programme; /* the programme id whose presence means it was played here already */
    const char *starts;    /* RFC 3339: where the clock stands when it begins */
    int (*play)(
        struct demo *d,
        struct errtext *e); /* 0; positive or negative: failed, @e says at which step and why */
};
extern const struct demo_row demos[]; /* demo_changning.c; ended by name NULL */
