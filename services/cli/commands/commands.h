/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands - the table of what the hongping command can do; each is a file of its own, cmd_<name>.c
 */
#pragma once
#include "services/cli/args.h"

typedef int command_fn(const struct args *args);
struct command {
    const char *name;
    const char *words;                /* how its words are called: "DATE N"; "" for none */
    int low, high;                    /* how many of them */
    const char *summary;              /* one line, English: the msgid, as are all texts here */
    const char *text;                 /* the rest of the help; may be NULL */
    const struct arg_option *options; /* ended by name NULL; may be NULL */
    command_fn *run;
    bool hidden; /* for hongping itself: not in the list */
};
extern const struct command commands[]; /* ended by name NULL */
