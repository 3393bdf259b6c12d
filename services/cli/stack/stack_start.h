/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stack_start - launching a stack's supervisor and waiting, by asking, until every service answers
 */
#pragma once
#include <signal.h>

#include "services/cli/stack/stack.h"

struct stack_spec {
    const char *data; /* NULL: stack_default_data() */
    const char *bin;  /* folder of hongping and the services; NULL: that of the running program */
    int port;         /* of the API, on loopback; 0: any free one (then the metrics ports too) */
    const char *address; /* the API listens on; NULL: 127.0.0.1 */
    bool manual_clock;
    const char *clock_start; /* RFC 3339; where a new stack's manual clock stands; NULL: the
                                services' default */
    const char *const
        *sets;    /* "service.key=value" or "key=value" for all services; NULL-ended, may be NULL */
    bool durable; /* false: fsync off, for throw-away stacks */
    bool detach;  /* false: the stack ends with the calling process */
    int restart_ms; /* before what ended is started again, growing to 30 times that; 0: 1000 */
};

/* What ends a command and with it what it started: SIGINT, SIGTERM, and SIGHUP unless nohup has it
 * ignored. */
void stack_ending_signals(sigset_t *set);
/* Start a stack and wait until every service answers. On failure nothing is left running. The
 * ending signals are blocked meanwhile; one that comes is used up and ends the start, so no other
 * thread of the caller may take them. STACK_E_UP, STACK_E_FAILED, STACK_E_INTERRUPTED. */
int stack_start(const struct stack_spec *spec, struct stack **ret_s, struct errtext *e) MUST_CHECK;
